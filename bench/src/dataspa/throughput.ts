import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { EVENTS_TOPIC } from "@dataspa/capture";
import type { BenchmarkContext, Report, ReportRow } from "../report.ts";
import { capturedLine, countOf, stagePlatform } from "./stage.ts";

const EVENTS = 150_000;
const AT_ONCE = 1_000;
const WARM_UP = 10_000;
const PATIENCE = 180_000;

/** Events end to end: from the first append to the transport until the last one can be asked for, through both jobs and DuckDB; all new, all with coordinates. */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const rows: ReportRow[] = [];
  for (const transport of ["segments", "kafka"] as const) rows.push(...(await throughput(transport, context)));
  return {
    title: "dataspa, events end to end",
    conditions: `${EVENTS.toLocaleString("en")} events with coordinates, checkpoints every 2 s, one TaskManager, ${cpus().length} CPUs for everything`,
    rows,
  };
}

async function throughput(transport: "segments" | "kafka", context: BenchmarkContext): Promise<ReportRow[]> {
  await using stage = await stagePlatform({ transport, flink: { checkpointInterval: "2s", heap: "768m" } }, context);
  const { platform } = stage;
  const writer = await platform.transport.writer(EVENTS_TOPIC, "bench");
  const send = async (from: number, to: number) => {
    for (let at = from; at < to; at += AT_ONCE)
      await writer.append(Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, i) => capturedLine(at + i, true)));
    await writer.flush();
  };
  const arrived = async (count: number) => {
    for (
      const until = Date.now() + PATIENCE;
      (await countOf(platform, "enriched")) < count;
      await pause(200, undefined, { signal: context.signal })
    ) {
      if (Date.now() > until) throw new Error(`only ${await countOf(platform, "enriched")} of ${count} events have arrived`);
      await platform.refresh();
    }
  };
  await send(0, WARM_UP);
  await arrived(WARM_UP);
  context.progress(`${transport}: warm; ${EVENTS} events`);
  const began = performance.now();
  await send(WARM_UP, WARM_UP + EVENTS);
  const taken = (performance.now() - began) / 1000;
  await arrived(WARM_UP + EVENTS);
  const seconds = (performance.now() - began) / 1000;
  const twice = (await countOf(platform, "ledger")) - WARM_UP - EVENTS;
  const rate = (time: number) => `${Math.round(EVENTS / time).toLocaleString("en")} events/s`;
  return [
    { what: `${transport}: end to end`, value: `${rate(seconds)} (${seconds.toFixed(1)} s)`, goal: null, held: null },
    { what: `${transport}: taken by the transport, durable`, value: rate(taken), goal: null, held: null },
    { what: `${transport}: ledger lines too many or too few`, value: String(twice), goal: "0", held: twice === 0 },
  ];
}
