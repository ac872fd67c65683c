export { attach, type AttachOptions } from "./attach/attach.ts";
export type { Attachability } from "./attach/permission.ts";
export { type ClassLoaderRow, classLoaderStats } from "./jcmd/class-loaders.ts";
export {
  forecastHeapDump,
  heapDump,
  type HeapDumpFile,
  type HeapDumpForecast,
  type HeapDumpOptions,
  requireRoom,
} from "./jcmd/heap-dump.ts";
export { type HeapInfo, heapInfo } from "./jcmd/heap-info.ts";
export { type ClassHistogram, classHistogram } from "./jcmd/histogram.ts";
export { dumpRecording, isRecording, type RecordingDump, startRecording, stopRecording } from "./jcmd/recording.ts";
export { nativeMemory } from "./jcmd/native-memory.ts";
export { type JvmThread, threadPrint } from "./jcmd/threads.ts";
export { type VmVersion, vmVersion } from "./jcmd/version.ts";
export { readLimits } from "./limits.ts";
export type { Pause } from "./pause.ts";
export { type Collector, collectorOf, memoryView, type MemoryView } from "./perfdata/collectors.ts";
export { parsePerfData, type PerfCounters, readPerfData } from "./perfdata/read.ts";
export { describeJvm, type JvmProcess, listJvms } from "./processes.ts";
export { type CensusGroup, descriptorCensus, threadCensus } from "./proc/census.ts";
export { residentCensus } from "./proc/resident.ts";
export { type DescriptorGroup, type DescriptorKind, listDescriptors } from "./proc/descriptors.ts";
export { OomKills } from "./proc/oom-kills.ts";
export { type ProcReading, readProc } from "./proc/process.ts";
export { maskedValue, readEnvironment } from "./proc/environment.ts";
export { readTimes } from "./proc/status.ts";
export { contentOf, openJobJars, type OpenJar } from "./code/jars.ts";
export { codeOfJar, type JarCode } from "./code/sites.ts";
export { JolokiaClient } from "./remote/jolokia.ts";
export { jvmReading } from "./remote/jvm-metrics.ts";
export { type BeanReading, readPlatformBeans } from "./remote/platform-beans.ts";
export type { RemoteReading } from "./remote/reading.ts";
export { parseMetricsText, type ScrapedSample } from "./remote/text-format.ts";
