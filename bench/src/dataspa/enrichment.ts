import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EVENTS_TOPIC } from "@dataspa/capture";
import { FlinkClient } from "@heaptide/flink";
import { type BenchmarkContext, median, type Report } from "../report.ts";
import { capturedLine, countOf, stagePlatform } from "./stage.ts";

const LATENCY = 50;
const CAPACITY = 100;
const THEORY = (CAPACITY * 1000) / LATENCY;
const GOAL = 0.9;
const EVENTS = 90_000;
const WARM_UP = 8_000;
const MEASURED = 20_000;
const LOOKS = 20;

/**
 * Does the enrichment keep its capacity full? Events without coordinates, each at a venue of its own, more than can be looked up; counted by the API. The machine's limit is what the same
 * number of connections get from the same API without Flink, before and after.
 */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const places = fork(fileURLToPath(new URL("places-process.ts", import.meta.url)), [String(LATENCY)]);
  try {
    const [{ url, key }] = (await once(places, "message")) as [{ url: string; key: string }];
    const before = await ceiling(url, key);
    context.progress(`without Flink: ${Math.round(before)} requests/s`);
    const seen = await withFlink({ url, key }, places, context);
    const after = await ceiling(url, key);
    const limit = Math.min(THEORY, median([before, after]));
    const share = seen.perSecond / limit;
    return {
      title: "dataspa, venue enrichment",
      conditions: `${LATENCY} ms API latency, capacity ${CAPACITY}, ${MEASURED / 1000} s after a warm-up, ${cpus().length} CPUs for Flink, the API and the rest of the platform`,
      rows: [
        { what: "in theory, capacity / latency", value: `${THEORY.toLocaleString("en")} requests/s`, goal: null, held: null },
        {
          what: `the API without Flink, ${CAPACITY} connections, before and after`,
          value: `${Math.round(before)}, ${Math.round(after)} requests/s`,
          goal: null,
          held: null,
        },
        {
          what: "the job",
          value: `${Math.round(seen.perSecond)} requests/s, ${(share * 100).toFixed(0)} % of the lower of the two`,
          goal: `>= ${GOAL * 100} %`,
          held: share >= GOAL,
        },
        { what: "lookups in flight, median of the job's gauge", value: `${seen.inFlight} of ${CAPACITY}`, goal: null, held: null },
        {
          what: "CPUs in use meanwhile",
          value: `${seen.busy.toFixed(2)} of ${cpus().length}, ${seen.api.toFixed(2)} of them by the API`,
          goal: null,
          held: null,
        },
      ],
    };
  } finally {
    places.disconnect();
  }
}

const run = promisify(execFile);
const CEILING = fileURLToPath(new URL("ceiling-process.ts", import.meta.url));

async function ceiling(url: string, key: string): Promise<number> {
  return Number((await run(process.execPath, [CEILING, url, key, String(CAPACITY), "8000"])).stdout);
}

async function withFlink(places: { url: string; key: string }, api: ChildProcess, context: BenchmarkContext) {
  const settings = { places: { ...places, capacity: CAPACITY, rememberVenues: 0 }, flink: { heap: "768m" } };
  await using stage = await stagePlatform(settings, context);
  const { platform } = stage;
  const writer = await platform.transport.writer(EVENTS_TOPIC, "bench");
  for (let at = 0; at < EVENTS; at += 1000) await writer.append(Array.from({ length: 1000 }, (_, i) => capturedLine(at + i, false)));
  await writer.flush();
  // All of them through the first job, so that it takes nothing from the second.
  while ((await countOf(platform, "ledger")) < EVENTS) await pause(500, undefined, { signal: context.signal });
  await pause(WARM_UP, undefined, { signal: context.signal });
  const gauge = await inFlightGauge(new FlinkClient(platform.flinkUrl), platform.flinkUrl);
  const [from, idleFrom, began] = [await stateOf(api), idleTime(), performance.now()];
  const inFlight: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    await pause(MEASURED / LOOKS, undefined, { signal: context.signal });
    inFlight.push(await gauge());
  }
  const [to, idleTo, seconds] = [await stateOf(api), idleTime(), (performance.now() - began) / 1000];
  const used = (state: ApiState) => (state.cpu.user + state.cpu.system) / 1e6;
  return {
    perSecond: (to.requests - from.requests) / seconds,
    inFlight: median(inFlight),
    busy: cpus().length - (idleTo - idleFrom) / 1000 / seconds,
    api: (used(to) - used(from)) / seconds,
  };
}

interface ApiState {
  readonly requests: number;
  readonly cpu: NodeJS.CpuUsage;
}

async function stateOf(api: ChildProcess): Promise<ApiState> {
  api.send({});
  return ((await once(api, "message")) as [ApiState])[0];
}

/** Of all CPUs together since the start of the machine, milliseconds. */
const idleTime = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);

/** Flink reads its metrics every ten seconds: a look in between sees the one before. */
async function inFlightGauge(client: FlinkClient, url: string): Promise<() => Promise<number>> {
  const job = (await client.jobs()).find(({ name, state }) => name === "venue-enrichment" && state === "RUNNING")!;
  const { vertices } = (await (await fetch(`${url}/jobs/${job.jid}`)).json()) as { vertices: { id: string; name: string }[] };
  const vertex = vertices.find(({ name }) => name.includes("enrich-venues"))!;
  const path = `${url}/jobs/${job.jid}/vertices/${vertex.id}/metrics`;
  return async () => {
    const listed = (await (await fetch(path)).json()) as { id: string }[];
    const id = listed.find((metric) => metric.id.endsWith("venueLookupsInFlight"))?.id;
    if (id === undefined) return Number.NaN;
    const [metric] = (await (await fetch(`${path}?get=${encodeURIComponent(id)}`)).json()) as { value: string }[];
    return Number(metric?.value);
  };
}
