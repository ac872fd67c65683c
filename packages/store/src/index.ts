export type { Incident } from "./incidents.ts";
export type { Span } from "./read/history.ts";
export type { ThinnedSeries } from "./read/series.ts";
export type { Keep } from "./retention.ts";
export { openStore, type Store, type StoreOptions, type StoreStatus } from "./store.ts";
