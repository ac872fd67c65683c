import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { HeaptideError } from "@heaptide/base";
import type { GuardedProcess } from "./guarded-process.ts";

export { pause };

export interface LineWait {
  readonly process: GuardedProcess;
  readonly log: string;
  /** For the error: "JobManager". */
  readonly role: string;
  readonly line: RegExp;
  /** Deadline, milliseconds since the epoch. */
  readonly until: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits until a JVM's log has a line that says how far its start has come.
 * @throws CLUSTER_START_FAILED with the log's last lines if the JVM ends first, or the time is over.
 */
export async function waitForLine({ process, log, role, line, until, signal }: LineWait): Promise<RegExpExecArray> {
  for (;;) {
    signal?.throwIfAborted();
    // Before the log is read: what an ending process wrote last is then in it.
    const end = process.end;
    const match = line.exec(await textOf(log));
    if (match) return match;
    if (end !== null)
      throw new HeaptideError("CLUSTER_START_FAILED", { role, cause: `its JVM ended with ${end}`, log: await lastLines(log) });
    if (Date.now() > until)
      throw new HeaptideError("CLUSTER_START_FAILED", { role, cause: "it was not ready in time", log: await lastLines(log) });
    await pause(100);
  }
}

/**
 * The end of the log and of the standard output, where the JVM itself complains: what tells a reason, without stack frames and without the
 * routine that Flink logs while it shuts down. Where nothing tells, the last lines as they are.
 */
async function lastLines(log: string): Promise<string> {
  const texts = [await textOf(log), await textOf(log.replace(/\.log$/, ".out"))];
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line !== "");
  const telling = lines.filter((line) => !/^\s+(at |\.\.\. \d)/.test(line) && !/^\S+ \S+ (INFO|DEBUG|TRACE) /.test(line));
  return (telling.length > 0 ? telling : lines).slice(-15).join("\n");
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return "";
  }
}
