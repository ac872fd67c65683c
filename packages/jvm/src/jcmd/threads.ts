import type { AttachOptions } from "../attach/attach.ts";
import { jcmd } from "./command.ts";

/** A thread of the JVM. `stack` holds the frames as printed (`java.lang.Object.wait(Object.java:338)`), innermost first. */
export interface JvmThread {
  readonly name: string;
  readonly daemon: boolean;
  /** "RUNNABLE", "TIMED_WAITING (sleeping)"; null for threads of the VM itself. */
  readonly state: string | null;
  /** Milliseconds, where the JVM prints it. */
  readonly cpu: number | null;
  readonly stack: readonly string[];
}

/** `Thread.print`: stops the process for about 1 ms for each 100 threads. */
export function threadPrint(pid: number, options?: AttachOptions): Promise<JvmThread[]> {
  return jcmd(pid, "Thread.print", parseThreads, options);
}

/** @returns null for a reply without its last line: cut off. */
export function parseThreads(text: string): JvmThread[] | null {
  if (!/^JNI global refs?: /m.test(text)) return null;
  const threads: JvmThread[] = [];
  for (const block of text.split(/\n(?=")/)) {
    const [head = "", ...lines] = block.split("\n");
    const name = /^"(.*)" (?:#|os_prio|prio|daemon)/.exec(head)?.[1];
    if (name === undefined) continue;
    const cpu = / cpu=([\d.]+)ms/.exec(head)?.[1];
    threads.push({
      name,
      daemon: / daemon /.test(head.slice(name.length + 2)),
      state: lines.map((line) => /^ +java\.lang\.Thread\.State: (.+)$/.exec(line)?.[1]).find(Boolean) ?? null,
      cpu: cpu === undefined ? null : Number(cpu),
      stack: lines.flatMap((line) => /^\tat (.+)$/.exec(line)?.[1] ?? []),
    });
  }
  return threads;
}
