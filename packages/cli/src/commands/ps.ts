// Not the whole package: `ps` is over before the rest would be loaded.
import { type JvmProcess, listJvms } from "@heaptide/jvm/processes";
import { defineCommand } from "../command.ts";
import { formatPs } from "../format/ps.ts";

export interface PsResult {
  readonly type: "ps";
  /** Milliseconds since the epoch: uptimes count to here. */
  readonly at: number;
  readonly processes: readonly JvmProcess[];
}

export const command = defineCommand({
  description:
    "Lists the JVMs of this host, of all users and in all containers: main class or Flink role, heap, collector, uptime, and whether they can be " +
    "looked into, or why not and what to do. Reads /proc and the counters that JVMs share; attaches to none, so it costs them nothing.",
  options: {},
  examples: [
    { line: "heaptide ps", says: "what runs here" },
    { line: "sudo heaptide ps", says: "with the heap of other users' JVMs" },
    { line: "heaptide ps --json", says: "everything that is known, for scripts" },
  ],
  async run({ signal }): Promise<PsResult> {
    return { type: "ps", processes: await listJvms({ signal }), at: Date.now() };
  },
  format: formatPs,
});
