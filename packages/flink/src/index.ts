export { cacheFolder, DEFAULT_FLINK_VERSION } from "./cluster/class-path.ts";
export { type GuardedProcess, startGuarded } from "./cluster/guarded-process.ts";
export { findJava } from "./cluster/java.ts";
export { type ClusterOptions, type ClusterProcess, type LocalCluster, type LocalTaskManager, startCluster } from "./cluster/launch.ts";
export { CheckpointReader } from "./checkpoints.ts";
export { FlinkClient, type FlinkProcess } from "./rest/client.ts";
export { operatorsOf, type Vertex } from "./rest/jobs.ts";
export { LogTail, type LogTailOptions, type LogText } from "./rest/logs.ts";
export { processSamples } from "./rest/metrics.ts";
export { OPERATOR_COUNTER_INTERVAL, type OperatorCounterOptions, OperatorCounterProbe } from "./rest/operator-counters.ts";
export { SUPPORTED_VERSIONS } from "./rest/versions.ts";
export {
  changesBetween,
  type ClusterSource,
  type ClusterView,
  type JobFailure,
  jobsSeen,
  type JobView,
  observeCluster,
  observeJobs,
  type TaskManagerView,
} from "./changes.ts";
export { jobManagerIdentity, type NamedTaskManager, TaskManagerNames } from "./identity.ts";
export { type Located, locateJobManager, locateTaskManagers } from "./task-managers.ts";
export { type ReportedJob, type ReportedOperator, type ReportedProcess, reportedProcess } from "./prometheus-reporter.ts";
