import { formatBytes, isHeaptideError } from "@heaptide/base";
import { describeJvm, readLimits, readTimes } from "@heaptide/jvm";
import type { ChangeSeen, Incarnation, Observation, ProcessIdentity } from "@heaptide/model";
import type { Clock } from "./clock.ts";

/** A life that can be looked into from here. @throws NO_SUCH_PROCESS, NOT_A_JVM */
export async function localLife(pid: number, process: string, flinkId: string | null): Promise<Incarnation> {
  const [jvm, limits] = await Promise.all([describeJvm(pid), readLimits(pid)]);
  const { startedAt, command, javaVersion, collector } = jvm;
  return { key: lifeKey(pid, startedAt), process, pid, startedAt, endedAt: null, flinkId, command, javaVersion, collector, limits };
}

/** A life that only Flink's REST API shows. Its start is not known: it is taken to begin when it is first seen. */
export function remoteLife(flinkId: string, process: string, firstSeen: number, limits: Incarnation["limits"]): Incarnation {
  return {
    key: flinkId,
    process,
    pid: null,
    startedAt: firstSeen,
    endedAt: null,
    flinkId,
    command: "",
    javaVersion: null,
    collector: null,
    limits,
  };
}

const lifeKey = (pid: number, startedAt: number): string => `${pid}@${startedAt}`;

/** Does this very life go on? A pid may have been given to another process since. */
export async function isAlive({ pid, key }: Pick<Incarnation, "pid" | "key">): Promise<boolean> {
  if (pid === null) return true;
  try {
    return lifeKey(pid, (await readTimes(pid)).startedAt) === key;
  } catch (error) {
    if (isHeaptideError(error, "NO_SUCH_PROCESS")) return false;
    throw error;
  }
}

/** What is said when a life begins to be watched. */
export function seen(process: ProcessIdentity, incarnation: Incarnation, clock: Clock): Observation[] {
  const at = clock.now();
  const start: ChangeSeen = change(process, incarnation, "process-started", incarnation.startedAt, `${process.name} started`);
  return [{ type: "process", at, process, incarnation }, start];
}

/** @param isOutOfMemory the kernel ended it because the memory of its control group was used up */
export function lost(process: ProcessIdentity, incarnation: Incarnation, clock: Clock, isOutOfMemory = false): Observation[] {
  const at = clock.now();
  const why = isOutOfMemory ? `the kernel ended it, the memory of its container${allowed(incarnation)} was used up` : null;
  const gone = change(process, incarnation, "process-lost", at, why === null ? `${process.name} lost` : `${process.name} lost: ${why}`);
  return [
    { type: "ended", at, incarnation: incarnation.key, reason: why ?? "the process is gone" },
    isOutOfMemory ? { ...gone, attributes: { ...gone.attributes, reason: "OOMKilled" } } : gone,
  ];
}

function allowed({ limits }: Incarnation): string {
  const limit = limits["native-memory"];
  return limit === undefined ? "" : ` (${formatBytes(limit.value)})`;
}

function change(process: ProcessIdentity, incarnation: Incarnation, kind: ChangeSeen["kind"], at: number, title: string): ChangeSeen {
  const attributes = { incarnation: incarnation.key, ...(incarnation.flinkId !== null && { flinkId: incarnation.flinkId }) };
  return { type: "change", at, id: `${incarnation.key}:${kind}`, kind, job: null, process: process.key, title, attributes };
}
