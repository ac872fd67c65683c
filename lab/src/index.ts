export { culpritLines } from "./culprit-lines.ts";
export { Run, runName } from "./run.ts";
export {
  type Benign,
  type ChangeTruth,
  type ClusterSetup,
  type Culprit,
  type DriverTruth,
  type HolderTruth,
  type LabJob,
  type Leak,
  type Leaking,
  type Load,
  LOADS,
  type Scenario,
  type Step,
  type Truth,
} from "./scenario.ts";
export { SCENARIOS } from "./scenarios/index.ts";
