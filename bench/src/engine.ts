import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { formatBytes, type Series } from "@heaptide/base";
import { diagnoseInParts } from "@heaptide/diagnosis";
import type { History, IncarnationHistory, Measure, ProcessHistory, SnapshotColumns } from "@heaptide/model";
import { stayLean } from "@heaptide/server/lean";
import { type BenchmarkContext, median, type Report } from "./report.ts";

const PROCESSES = 200;
const HOURS = 24;
const EVERY = 10_000;
const CLASSES = 1000;
/** One process in so many is looked into closely: it leaks, or did not long ago. */
const CLOSE = 10;
/** As many as a live diagnosis asks the store for, and what a quiet process has in a day. */
const SNAPSHOTS = { close: 120, quiet: 24 };
const RUNS = 7;
const GOAL_CPU = 1000;
const GOAL_MEMORY = 300 * 1024 * 1024;

/** As many as a live diagnosis has in memory at a time. */
const AT_A_TIME = 8;

/**
 * One full evaluation of a day of two hundred processes: six measures every ten seconds, live histograms of a thousand classes, every tenth process with a leak. The
 * history is read in parts, as a live diagnosis reads it from its store; making a part, which stands for reading it, is left out of the time but not of the memory.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  // As every process that watches does.
  stayLean();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  const before = process.memoryUsage();
  const size = sizeOf(partOf(0), collect) - before.arrayBuffers - before.heapUsed;
  const times: number[] = [];
  let found = 0;
  for (let run = 1; run <= RUNS && !signal.aborted; run++) {
    const making = { time: 0 };
    const began = processorTime();
    const { findings } = await diagnoseInParts({ outline: OUTLINE, parts: parts(making) });
    times.push(processorTime() - began - making.time);
    found = findings.filter(({ verdict }) => verdict === "leaking").length;
    progress(`run ${run} of ${RUNS}: ${times.at(-1)!.toFixed(0)} ms`);
  }
  const peak = process.resourceUsage().maxRSS * 1024;
  const time = median(times);
  return {
    title: "The engine",
    conditions: `one evaluation of ${HOURS} h of ${PROCESSES} processes, ${AT_A_TIME} at a time, six measures at ${EVERY / 1000} s, ${CLASSES} classes, every tenth leaks; median of ${times.length}`,
    rows: [
      { what: "processor time of one evaluation", value: `${time.toFixed(0)} ms`, goal: `< ${GOAL_CPU} ms`, held: time < GOAL_CPU },
      { what: "leaks found", value: `${found} of ${PROCESSES / CLOSE}`, goal: "all", held: found === PROCESSES / CLOSE },
      { what: `the history of ${AT_A_TIME} processes`, value: formatBytes(size), goal: null, held: null },
      {
        what: "the whole process at its peak, history and Node included",
        value: formatBytes(peak),
        goal: `< ${formatBytes(GOAL_MEMORY)}`,
        held: peak < GOAL_MEMORY,
      },
      { what: "of it an empty Node", value: formatBytes(before.rss), goal: null, held: null },
    ],
  };
}

/** Bytes in use while the part stands in memory. */
function sizeOf({ processes }: History, collect: () => void): number {
  collect();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return processes.length > 0 ? arrayBuffers + heapUsed : Number.NaN;
}

/** Milliseconds, of all threads: collecting garbage is part of it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** @param making how long it takes to make them */
function* parts(making: { time: number }): Generator<History> {
  for (let first = 0; first < PROCESSES; first += AT_A_TIME) {
    const began = processorTime();
    const part = partOf(first);
    making.time += processorTime() - began;
    yield part;
  }
}

const TO = Date.UTC(2026, 10, 2);
const FROM = TO - HOURS * 3_600_000;

const OUTLINE = { from: FROM, to: TO, processes: [], jobs: [], changes: [], gaps: [], blind: [] };

function partOf(first: number): History {
  const processes = Array.from({ length: Math.min(AT_A_TIME, PROCESSES - first) }, (_, i) => processOf(first + i));
  const jobs = processes.map(({ process, incarnations: [life] }, i) => ({
    id: `job-${first + i}`,
    name: `job-${first + i}`,
    state: "RUNNING",
    startedAt: FROM,
    endedAt: null,
    incarnations: [life!.incarnation.key],
    stateBytes: EMPTY,
    stateBytesOf: new Map<string, Series>(),
    operators: [
      {
        vertex: "v",
        vertexName: `enrich of ${process.name}`,
        name: "enrich",
        position: 0,
        parallelism: 1,
        recordsIn: series((second) => second * 50 + wave(second, first + i) * 40),
        recordsOut: EMPTY,
      },
    ],
  }));
  return { ...OUTLINE, processes, jobs, patterns: [] };
}

const EMPTY: Series = { at: new Float64Array(0), value: new Float64Array(0) };
const SAMPLES = (HOURS * 3_600_000) / EVERY;
const TIMES = Float64Array.from({ length: SAMPLES }, (_, i) => FROM + i * EVERY);
/** Every series of a store has times of its own. */
const series = (value: (i: number) => number): Series => ({
  at: TIMES.slice(),
  value: filled(SAMPLES, value),
});
function filled(length: number, value: (i: number) => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = value(i);
  return values;
}
const wave = (i: number, p: number): number => Math.sin((i + p * 97) / 137) + Math.sin((i * 7919 + p) % 101) / 5;

function processOf(p: number): ProcessHistory {
  const name = `taskmanager-${p}`;
  const isLeaking = p % CLOSE === 0;
  const leaked = (i: number) => (isLeaking ? (i / SAMPLES) * 150e6 : 0);
  const values: readonly (readonly [Measure, (i: number) => number])[] = [
    ["heap.used", (i) => 200e6 + leaked(i) + ((i * 7 + p) % 60) * 3e6],
    ["heap.after-gc", (i) => 90e6 + leaked(i) + wave(i, p) * 4e6],
    ["gc.count", (i) => Math.floor(i / 6)],
    ["threads", (i) => 60 + Math.round(wave(i, p) * 2)],
    ["descriptors", (i) => 200 + Math.round(wave(i, p) * 5)],
    ["rss", (i) => 700e6 + leaked(i) + wave(i, p) * 2e6],
  ];
  const incarnation: IncarnationHistory = {
    incarnation: {
      key: `${p + 1}@${FROM}`,
      process: name,
      pid: p + 1,
      startedAt: FROM,
      endedAt: null,
      flinkId: name,
      command: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
      javaVersion: "17",
      collector: "G1",
      limits: { heap: { value: 512 * 1024 * 1024, unit: "B", source: "-Xmx" } },
    },
    series: new Map(values.map(([measure, value]) => [measure, series(value)])),
    live: snapshots(isLeaking ? SNAPSHOTS.close : SNAPSHOTS.quiet, isLeaking, p),
    all: { at: new Float64Array(0), classes: [], instances: [], bytes: [] },
    allocations: null,
    costs: [],
    census: new Map(),
  };
  return { process: { key: name, name, role: "taskmanager" }, incarnations: [incarnation] };
}

/** A store gives the names of its dictionary: one string for all processes. */
const NAMES = Array.from({ length: CLASSES }, (_, c) => `com.acme.part${c % 40}.Type${c}`);

function snapshots(count: number, isLeaking: boolean, p: number): SnapshotColumns {
  const step = (HOURS * 3_600_000) / count;
  const at = Float64Array.from({ length: count }, (_, s) => FROM + (s + 1) * step);
  const size = (c: number) => 16 + (c % 30) * 8;
  const instances = NAMES.map((_, c) =>
    filled(count, (s) => (isLeaking && c === 3 ? ((s + 1) / count) * 600_000 : 200 + c * 3 + Math.round(wave(s * 71 + c, p) * 8))),
  );
  const bytes = instances.map((column, c) => column.map((value) => value * (c === 3 ? 250 : size(c))));
  return { at, classes: NAMES, instances, bytes };
}
