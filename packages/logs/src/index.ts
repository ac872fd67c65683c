export { PatternMiner, type PatternMinerOptions, type PatternSeen } from "./pattern-miner.ts";
export { LogReader, type LogReaderOptions } from "./reader.ts";
export type { LogRecord } from "./record.ts";
export { FileTail, type FileTailOptions } from "./tail.ts";
export { type BulkItem, readBulk } from "./payloads/bulk.ts";
export { readLokiJson, readLokiProtobuf } from "./payloads/loki.ts";
export { readLines } from "./payloads/ndjson.ts";
export { readOtlpJson, readOtlpProtobuf } from "./payloads/otlp.ts";
export { type LogOrigin, originOf, type ShippedRecord } from "./payloads/shipped.ts";
