export { readAlertSettings } from "./alerts/settings.ts";
export { type BudgetOptions, DEFAULT_BUDGET, parseShare } from "./collect/budget.ts";
export { type Clock, SYSTEM_CLOCK } from "./collect/clock.ts";
export { type Collector, type CollectorOptions, startCollector, type Target } from "./collect/collector.ts";
export type { Sink } from "./collect/probe.ts";
export type { ProcessCost } from "./collect/watches.ts";
export { LiveDiagnosis, type LiveDiagnosisOptions } from "./live-diagnosis.ts";
export { type Heaptide, serveHeaptide, type ServeOptions, type SessionToShow } from "./serve.ts";
export { type Watching, watchHeaptide, type WatchHeaptideOptions } from "./watching.ts";
