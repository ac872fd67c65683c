import { isHeaptideError } from "@heaptide/base";
import type { AttachOptions } from "../attach/attach.ts";
import { measurePause, type Pause } from "../pause.ts";
import { argument, jcmd } from "./command.ts";
import { removeTargetFile, sizeOfTargetFile, targetFile, writeFailure, writeTargetFile } from "./target-file.ts";

/**
 * Only what tells who allocated what is still there: sampled allocations with their stacks, who started which thread, and the heap before and after
 * each collection. No other event is on, so that a recording that runs for weeks costs next to nothing. A cutoff of 0 leaves the search for paths to roots to the dump.
 */
const EVENTS = {
  "jdk.OldObjectSample": { enabled: "true", stackTrace: "true", cutoff: "0 ns" },
  "jdk.ThreadStart": { enabled: "true", stackTrace: "true" },
  "jdk.GCHeapSummary": { enabled: "true" },
};

/** From JDK 17 on, events are added in the command itself. */
const ADDED = Object.entries(EVENTS).flatMap(([event, settings]) =>
  Object.entries(settings).map(([name, value]) => `+${event}#${name}=${value.replace(" ", "")}`),
);

/** Before, a file has to name them. Layout: the JDK's own lib/jfr/default.jfc. */
const CONFIGURATION = `<?xml version="1.0" encoding="UTF-8"?>
<configuration version="2.0" label="Heaptide">
${Object.entries(EVENTS)
  .map(([event, settings]) => {
    const lines = Object.entries(settings).map(([name, value]) => `<setting name="${name}">${value}</setting>`);
    return `<event name="${event}">${lines.join("")}</event>`;
  })
  .join("\n")}
</configuration>
`;

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
  const start = (settings: string) =>
    jcmd(
      pid,
      `JFR.start name=${argument(recording.name)} disk=true maxsize=${MAX_DISK} settings=${settings}`,
      (text) => (/^Started recording \d+/m.test(text) ? true : null),
      recording,
    );
  try {
    await start(`none ${ADDED.join(" ")}`);
  } catch (error) {
    if (!isHeaptideError(error, "JVM_COMMAND_FAILED") || !error.detail.said.includes("Unknown argument")) throw error;
    await withConfiguration(pid, start);
  }
  return { started: true };
}

/** The JVM reads the file while it starts the recording, and not again. @throws JVM_FILE_UNREACHABLE */
async function withConfiguration(pid: number, start: (path: string) => Promise<true>): Promise<void> {
  const file = await targetFile(pid, "jfc");
  try {
    await writeTargetFile(pid, file, CONFIGURATION);
    await start(argument(file.path));
  } finally {
    await removeTargetFile(file);
  }
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
