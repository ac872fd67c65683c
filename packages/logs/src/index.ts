export { PatternMiner, type PatternMinerOptions, type PatternSeen } from "./pattern-miner.ts";
export { LogReader, type LogReaderOptions } from "./reader.ts";
export type { LogRecord } from "./record.ts";
export { FileTail, type FileTailOptions } from "./tail.ts";
