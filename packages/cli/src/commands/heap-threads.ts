import { formatBytes } from "@heaptide/base";
import { type ThreadRow, threadsOf } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { formatCount } from "../format/table.ts";
import { count, fileArgument, memoryOption } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { withDump } from "../with-dump.ts";

export interface HeapThreadsResult {
  readonly type: "heap-threads";
  readonly file: string;
  /** Of them `threads` are shown. */
  readonly count: number;
  readonly threads: readonly ThreadRow[];
}

export const command = defineCommand({
  description:
    "Shows the threads of a heap dump with their stacks, and the objects that each frame holds: what a method that never ends keeps alive.",
  options: {
    file: fileArgument("a heap dump"),
    top: count("n", "threads to show, those that retain most", 10),
    frames: count("n", "frames of each, from the innermost", 30),
    memory: memoryOption,
  },
  examples: [{ line: "heaptide heap threads heap.hprof --top 3", says: "which frame holds what" }],
  run: (context, { file, top, frames, memory }): Promise<HeapThreadsResult> =>
    withDump(context, { file, memory }, async ({ reader }) => {
      const threads = await threadsOf(reader, { frames });
      return { type: "heap-threads", file, count: threads.length, threads: threads.slice(0, top) };
    }),
  format({ threads, count: all }, terminal) {
    if (threads.length === 0) return "The dump has no threads.";
    const more = all > threads.length ? [`${formatCount(all - threads.length)} more threads: --top`] : [];
    return [...threads.map((thread) => formatThread(thread, terminal)), ...more].join("\n\n");
  },
});

function formatThread({ name, class: kind, address, retained, stack }: ThreadRow, terminal: Terminal): string {
  const lines = stack.flatMap(({ frame, locals }) => [
    `  at ${frame}`,
    ...locals.map((local) => `       ${local.class} ${terminal.style("dim", `${local.address}, retains ${formatBytes(local.retained)}`)}`),
  ]);
  return [terminal.style("bold", `"${name ?? "?"}" ${kind} ${address}, retains ${formatBytes(retained)}`), ...lines].join("\n");
}
