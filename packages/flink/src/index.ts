export { cacheFolder, DEFAULT_FLINK_VERSION } from "./cluster/class-path.ts";
export { type ClusterOptions, type ClusterProcess, type LocalCluster, type LocalTaskManager, startCluster } from "./cluster/launch.ts";
