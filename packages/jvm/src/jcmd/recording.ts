import type { AttachOptions } from "../attach/attach.ts";
import { measurePause, type Pause } from "../pause.ts";
import { argument, jcmd } from "./command.ts";
import { removeTargetFile, sizeOfTargetFile, targetFile, writeFailure } from "./target-file.ts";

/**
 * Only what tells who allocated what is still there: sampled allocations with their stacks, who started which thread, and the heap before and after
 * each collection. No other event is on, so that a recording that runs for weeks costs next to nothing.
 *
 * `settings=none` with events added by `+` works from JDK 17 on. A cutoff of 0 leaves the search for paths to roots to the dump.
 */
const EVENTS = [
  "+jdk.OldObjectSample#enabled=true",
  "+jdk.OldObjectSample#stackTrace=true",
  "+jdk.OldObjectSample#cutoff=0ns",
  "+jdk.ThreadStart#enabled=true",
  "+jdk.ThreadStart#stackTrace=true",
  "+jdk.GCHeapSummary#enabled=true",
];

/** What the recording may take of the target's disk. JFR's own chunks have 12 MB, so less would keep nothing of the past. */
const MAX_DISK = "64m";

export interface RecordingDump extends Pause {
  /** Path as seen from here; readable until `remove()`. */
  readonly file: string;
  readonly size: number;
  readonly remove: () => Promise<void>;
}

/**
 * Starts a recording of allocations that stay. One of this name that runs already is kept, as what it has seen cannot be seen again.
 * @returns whether it was started now.
 */
export async function startRecording(pid: number, recording: { name: string } & AttachOptions): Promise<{ started: boolean }> {
  if (await isRecording(pid, recording.name, recording)) return { started: false };
  const command = `JFR.start name=${argument(recording.name)} settings=none disk=true maxsize=${MAX_DISK} ${EVENTS.join(" ")}`;
  await jcmd(pid, command, (text) => (/^Started recording \d+/m.test(text) ? true : null), recording);
  return { started: true };
}

/** Is a recording of this name running? */
export function isRecording(pid: number, name: string, options?: AttachOptions): Promise<boolean> {
  return jcmd(pid, "JFR.check", (text) => runningIn(text, name), options);
}

/** @returns null for a reply that is no list of recordings. */
export function runningIn(text: string, name: string): boolean | null {
  if (/No available recordings/.test(text)) return false;
  if (!/^Recording \d+: /m.test(text)) return null;
  return text.split("\n").some((line) => /^Recording \d+: /.test(line) && line.includes(` name=${name} `) && line.includes("(running)"));
}

/**
 * Copies what the recording holds into a file; it goes on recording. `roots`: with the path from each sampled object to a root, which stops the
 * process: 50 to 220 ms, more with many threads.
 *
 * Holds only objects that are older than the last collection: take a live histogram just before.
 * @throws JVM_DISK_FULL, JVM_FILE_UNREACHABLE, and all that a command throws. The half-written file is removed.
 */
export async function dumpRecording(
  pid: number,
  dump: { name: string; roots: boolean; folder?: string } & AttachOptions,
): Promise<RecordingDump> {
  const target = await targetFile(pid, "jfr", dump.folder);
  const command = `JFR.dump name=${argument(dump.name)} filename=${argument(target.path)} path-to-gc-roots=${dump.roots}`;
  try {
    const { value: _, ...pause } = await measurePause(pid, () =>
      jcmd(pid, command, (text) => (/^Dumped recording/m.test(text) ? true : null), dump),
    );
    const size = await sizeOfTargetFile(pid, target);
    return { file: target.here, size, ...pause, remove: () => removeTargetFile(target) };
  } catch (error) {
    const failure = await writeFailure(pid, target, error);
    await removeTargetFile(target);
    throw failure;
  }
}

/** Ends the recording and frees its disk. One that does not run is left at that. */
export async function stopRecording(pid: number, recording: { name: string } & AttachOptions): Promise<void> {
  if (!(await isRecording(pid, recording.name, recording))) return;
  await jcmd(pid, `JFR.stop name=${argument(recording.name)}`, (text) => (/^Stopped recording/m.test(text) ? true : null), recording);
}
