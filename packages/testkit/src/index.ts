export { type DumpClass, type DumpOptions, type FieldType, HeapDumpBuilder } from "./heap-dump.ts";
export { type Frame, leakChunk, type LeakChunk, type LeakedObject } from "./leak-recording.ts";
export { ChunkBuilder, type ChunkSpec, recording, type StructSpec, type ValueSpec, varint } from "./recording.ts";
export { compileJava, findJdks, findRuntimes, type JavaSpec, type Jdk, type RunningJava, startJava } from "./jdk.ts";
export { perfDataFile, type PerfDataSpec } from "./perfdata.ts";
export {
  APP_LOADER,
  frame,
  history,
  type HistorySpec,
  JOB_LOADER,
  type JobSpec,
  type LeakSpec,
  type LogSpec,
  type SampleSpec,
  START,
} from "./history.ts";
export { type Graph, naiveDominators } from "./naive-dominators.ts";
export { mavenJar } from "./maven.ts";
