export { culpritLines } from "./culprit-lines.ts";
export type { Benign, Leak, Scenario, SourceLine, Truth } from "./scenario.ts";
export { SCENARIOS } from "./scenarios.ts";
