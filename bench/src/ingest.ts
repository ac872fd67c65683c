import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatBytes } from "@heaptide/base";
import { type Measure, MEASURES, type Observation } from "@heaptide/model";
import { encodeObservations } from "@heaptide/server";
import { Child, freePort, untilHealthy } from "./child.ts";
import { type BenchmarkContext, median, type Report, type ReportRow } from "./report.ts";

/** A shipper's usual bulk. */
const LINES_IN_BULK = 2000;
const SENDERS = 6;
const PROCESSES = 2000;
const AGENTS = 20;
const MEASURES_EACH = 60;
const NAMES = Object.keys(MEASURES) as Measure[];
const ROUND = 10_000;
const DAY_PROCESSES = 10;
const ROUNDS_IN_PUSH = 100;
const POINTS = 500;
const DAY = 86_400_000;
const GOALS = { linesPerSecond: 20_000, memoryGrowth: 1.1, query: 100 } as const;

/**
 * `npm run bench:ingest [-- --lines N --rounds N --minutes N]`: a server of its own takes log lines from shippers as fast as it can, then what 20 agents tell of 2,000 processes, as
 * it comes, and then a stretch of the same at once, of which a day is asked.
 */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const { values } = parseArgs({
    args: process.argv.slice(3).filter((word) => word !== "--json"),
    options: {
      lines: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "6" },
      minutes: { type: "string", default: "20" },
    },
  });
  const [lines, rounds, minutes] = [Number(values.lines), Number(values.rounds), Number(values.minutes)];
  const rows = [...(lines > 0 ? await logs(lines, context) : []), ...(rounds > 0 ? await agents(rounds, minutes, context) : [])];
  return {
    title: "Ingestion",
    conditions: `Node ${process.versions.node}, server in a process of its own, load from another on the same machine; ${lines.toLocaleString("en")} log lines by _bulk (${LINES_IN_BULK} a request, ${SENDERS} senders, 40 messages of 10 sources), ${PROCESSES} processes x ${MEASURES_EACH} samples in 10 s (${NAMES.length} measures) of ${AGENTS} agents`,
    rows,
  };
}

async function withServer<T>(work: (url: string, server: Child, database: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "heaptide-ingest-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  try {
    await using server = new Child(["serve", "--agents", "--port", String(port), "--data", folder]);
    await untilHealthy(url, server);
    return await work(url, server, join(folder, "heaptide.duckdb")).catch((error: unknown) => {
      throw new Error(`the server said: ${server.output}`, { cause: error });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function logs(total: number, { signal, progress }: BenchmarkContext): Promise<ReportRow[]> {
  return withServer(async (url, server) => {
    const resident: number[] = [];
    const [cpuBefore, began] = [server.cpu, performance.now()];
    let sent = 0;
    let taken = 0;
    let refused = 0;
    const sender = async () => {
      while (sent < total && !signal.aborted) {
        const first = sent;
        sent += LINES_IN_BULK;
        const body = bulk(first, Math.min(LINES_IN_BULK, total - first));
        for (;;) {
          const answer = await fetch(`${url}/_bulk`, { method: "POST", headers: { "content-type": "application/x-ndjson" }, body });
          await answer.arrayBuffer();
          if (answer.ok) break;
          refused++;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        taken += LINES_IN_BULK;
        if (Math.floor((taken / total) * 20) > resident.length) {
          resident.push(server.resident);
          progress(
            `${taken.toLocaleString("en")} lines, ${Math.round((taken / (performance.now() - began)) * 1000).toLocaleString("en")} a second, ${formatBytes(server.resident)}`,
          );
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const seconds = (performance.now() - began) / 1000;
    const perSecond = total / seconds;
    const cpu = (server.cpu - cpuBefore) / seconds;
    // The first fifth fills caches and the heap of a young process.
    const early = median(resident.slice(4, 8));
    const late = median(resident.slice(-4));
    const patterns = (await (await fetch(`${url}/api/patterns?from=0`)).json()) as { count: number }[];
    const stored = patterns.reduce((sum, { count }) => sum + count, 0);
    return [
      {
        what: "log lines taken, stored and answered for",
        value: `${Math.round(perSecond).toLocaleString("en")} a second`,
        goal: ">= 20,000 a second",
        held: perSecond >= GOALS.linesPerSecond,
      },
      {
        what: "processor time of the server meanwhile",
        value: `${cpu.toFixed(2)} cores; ${((cpu / perSecond) * 1e6).toFixed(1)} µs a line`,
        goal: null,
        held: null,
      },
      {
        what: "lines that can be found afterwards",
        value: `${stored.toLocaleString("en")} in ${patterns.length} patterns, ${refused} requests refused for a while`,
        goal: "all",
        held: stored === total,
      },
      {
        what: "memory of the server, second fifth against last fifth",
        value: `${formatBytes(early)}, ${formatBytes(late)}`,
        goal: "flat (< 10 %)",
        held: late <= early * GOALS.memoryGrowth,
      },
    ];
  });
}

/** Documents as Filebeat sends them. One line in a hundred is a warning. */
function bulk(first: number, lines: number): string {
  const at = new Date().toISOString();
  let body = "";
  for (let i = first; i < first + lines; i++) {
    const level = i % 100 === 0 ? "WARN" : "INFO";
    const message = `${at.replace("T", " ").replace(".", ",").replace("Z", "")} ${level} org.example.Job${i % 40} [task-${i % 7}] - ${MESSAGES[i % 40]} ${i} of partition ${i % 13} in ${i % 977} ms`;
    body += `{"create":{"_index":"flink"}}\n{"@timestamp":"${at}","message":"${message}","host":{"name":"node-${i % 10}"},"log":{"file":{"path":"/opt/flink/log/flink.log"}}}\n`;
  }
  return body;
}

const VERBS = ["Committed", "Fetched", "Restored", "Emitted", "Skipped"];
const THINGS = ["offset", "record", "state handle", "watermark", "buffer", "checkpoint", "split", "lease"];
const MESSAGES = VERBS.flatMap((verb) => THINGS.map((thing) => `${verb} ${thing}`));

async function agents(rounds: number, minutes: number, { signal, progress }: BenchmarkContext): Promise<ReportRow[]> {
  return withServer(async (url, server, database) => {
    const now = Date.now();
    await pushAll(url, (agent) => processesOf(agent, now - minutes * 60_000));
    progress(`${rounds} rounds of ${ROUND / 1000} s, as they come`);
    const [cpuBefore, began] = [server.cpu, performance.now()];
    const took: number[] = [];
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const start = performance.now();
      await pushAll(url, (agent) => samplesOf(pidsOf(agent), agent, Date.now()));
      took.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (round + 1) * ROUND - performance.now())));
    }
    const share = (server.cpu - cpuBefore) / ((performance.now() - began) / 1000);
    const back = (minutes * 60_000) / ROUND;
    const filling = performance.now();
    for (let round = 0; round < back && !signal.aborted; round++) {
      await pushAll(url, (agent) => samplesOf(pidsOf(agent), agent, now - (back - round) * ROUND));
      if (round % 30 === 29) progress(`${round + 1} of ${back} rounds stored, ${formatBytes(statSync(database).size)}`);
    }
    const perSecond = (back * PROCESSES * MEASURES_EACH) / ((performance.now() - filling) / 1000);
    const perDay = (statSync(database).size / (minutes * 60_000 + rounds * ROUND)) * DAY;
    await storeDay(url, now, { signal, progress });
    const query = await queries(url, now);
    return [
      {
        what: "processor time for 12,000 samples a second, as they come",
        value: `${(share * 100).toFixed(1)} % of a core`,
        goal: null,
        held: null,
      },
      { what: "a round of all agents, until all of it is on the disk", value: `${median(took).toFixed(0)} ms`, goal: null, held: null },
      {
        what: "samples taken at most, arrears of agents",
        value: `${Math.round(perSecond).toLocaleString("en")} a second`,
        goal: null,
        held: null,
      },
      { what: `disk, from ${minutes} minutes stored`, value: `${formatBytes(perDay)} a day`, goal: null, held: null },
      {
        what: `query of a day of one process at 10 s, beside ${DAY_PROCESSES - 1} others with a day and ${minutes} minutes of all processes`,
        value: `${query.toFixed(0)} ms`,
        goal: "< 100 ms",
        held: query < GOALS.query,
      },
      { what: "memory of the server", value: formatBytes(server.resident), goal: null, held: null },
    ];
  });
}

/** A whole day of a few processes of the first agent, which is what is asked for; of all of them it would be a thousand million samples. */
async function storeDay(url: string, now: number, { signal, progress }: BenchmarkContext): Promise<void> {
  const pids = pidsOf(0).slice(0, DAY_PROCESSES);
  const rounds = DAY / ROUND;
  for (let first = 0; first < rounds && !signal.aborted; first += ROUNDS_IN_PUSH) {
    const times = Array.from({ length: Math.min(ROUNDS_IN_PUSH, rounds - first) }, (_, i) => now - (rounds - first - i) * ROUND);
    await push(
      url,
      0,
      times.flatMap((at) => samplesOf(pids, 0, at)),
    );
    if (first % (ROUNDS_IN_PUSH * 20) === 0) progress(`${first} of ${rounds} rounds of a day of ${DAY_PROCESSES} processes stored`);
  }
}

/** The series of the first view of a process, in one request as the page makes it. */
async function queries(url: string, now: number): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < 15; run++) {
    const key = encodeURIComponent(`pid:${pidsOf(0)[run % DAY_PROCESSES]}@agent-0`);
    const start = performance.now();
    const answer = await fetch(`${url}/api/processes/${key}/series?measure=heap.used&from=${now - DAY}&to=${now}&points=${POINTS}`);
    const [series] = (await answer.json()) as { lives: { at: number[] }[] }[];
    took.push(performance.now() - start);
    if ((series?.lives[0]?.at.length ?? 0) < POINTS / 2) throw new Error(`nothing came back for ${key}`);
  }
  return median(took);
}

async function pushAll(url: string, of: (agent: number) => Observation[]): Promise<void> {
  await Promise.all(Array.from({ length: AGENTS }, (_, agent) => push(url, agent, of(agent))));
}

async function push(url: string, agent: number, observations: Observation[]): Promise<void> {
  const body = new Uint8Array(encodeObservations(observations));
  for (;;) {
    const answer = await fetch(`${url}/api/agent/observations?agent=agent-${agent}`, {
      method: "POST",
      headers: { "content-encoding": "gzip" },
      body,
    });
    const text = await answer.text();
    if (answer.ok) return;
    if (answer.status !== 429) throw new Error(`${answer.status} ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const pidsOf = (agent: number) => Array.from({ length: PROCESSES / AGENTS }, (_, i) => i * AGENTS + agent);
const lifeOf = (agent: number, pid: number) => `agent-${agent}/${pid}@1795000000000`;

function processesOf(agent: number, at: number): Observation[] {
  return pidsOf(agent).map((pid) => {
    const key = `pid:${pid}@agent-${agent}`;
    return {
      type: "process",
      at,
      process: { key, name: `Service ${pid}`, role: "jvm" },
      incarnation: {
        ...{
          key: lifeOf(agent, pid),
          process: key,
          pid: pid + 1,
          startedAt: at,
          endedAt: null,
          flinkId: null,
          command: "java -jar service.jar",
        },
        ...{ javaVersion: "21", collector: "G1", limits: { heap: { value: 1 << 30, unit: "B", source: "-Xmx" } } },
      },
    };
  });
}

/** All measures there are, four times in ten seconds, as probes that look every two seconds bring them. */
function samplesOf(pids: readonly number[], agent: number, at: number): Observation[] {
  return pids.flatMap((pid) =>
    Array.from({ length: MEASURES_EACH }, (_, i): Observation => {
      const measure = NAMES[i % NAMES.length]!;
      const value = Math.round(1e8 + 1e7 * Math.sin(at / 3e5 + pid + i) + ((at / 1000) % 1000) * (i + 1));
      return { type: "sample", at: at + Math.floor(i / NAMES.length) * 2500, incarnation: lifeOf(agent, pid), measure, value };
    }),
  );
}
