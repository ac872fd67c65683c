export type { RecordChange, RecordKind, StoredRecord } from "./records.ts";
export type { Span } from "./read/history.ts";
export type { ThinnedCounter, ThinnedSeries } from "./read/series.ts";
export type { Keep } from "./retention.ts";
export { ObservedHistory } from "./memory/observed-history.ts";
export { openStore, type Store, type StoreOptions, type StoreStatus } from "./store.ts";
export type { About } from "./session/format.ts";
export { type ArrivedBatch, readSession, type ReadSessionOptions, type Session } from "./session/read.ts";
export { SessionWriter } from "./session/write.ts";
