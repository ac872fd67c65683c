import { formatBytes, formatDuration } from "@heaptide/base";
import { forecastHeapDump, heapDump, requireRoom } from "@heaptide/jvm";
import type { Context } from "./command.ts";
import type { HeapResult } from "./commands/heap.ts";

interface Wanted {
  readonly all: boolean;
  /** Where the dump stays; undefined: it is removed. */
  readonly to: string | undefined;
}

/** A dump takes this much longer than was foretold before it is given up. */
const PATIENCE = 5;
const PATIENCE_AT_LEAST = 60_000;

/** Asks a JVM for a dump, after having said how long it will stand still, and hands it to `analyse`. */
export async function heapOfProcess(
  { signal, progress }: Context,
  pid: number,
  { all, to }: Wanted,
  analyse: (file: string) => Promise<HeapResult>,
): Promise<HeapResult> {
  const forecast = await forecastHeapDump(pid, { path: to, signal });
  progress.line(
    `Process ${pid} has ${formatBytes(forecast.used)} in use: it will stand still for ${formatDuration(forecast.pause.low)} to ` +
      `${formatDuration(forecast.pause.high)}, and write up to ${formatBytes(forecast.size)} into ${forecast.folder}.`,
  );
  requireRoom(pid, forecast);
  progress.update(`Process ${pid} writes its heap`);
  const timeout = Math.max(PATIENCE_AT_LEAST, forecast.pause.high * PATIENCE);
  const dump = await heapDump(pid, { kind: all ? "all" : "live", path: to, signal, timeout });
  try {
    return { ...(await analyse(dump.file)), pause: dump.pause, forecast };
  } finally {
    if (to === undefined) await dump.remove();
  }
}
