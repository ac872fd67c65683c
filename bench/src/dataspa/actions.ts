import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { segmentTransport } from "@dataspa/transport";
import type { BenchmarkContext, Report } from "../report.ts";

const PER_SECOND = 2_000;
const SECONDS = 30;
const WARM_UP = 5;
const TICK = 5;
const USERS = 20_000;
const CONNECTIONS = 64;
const KILLED_AFTER = 10;
const RESENT_AFTER = 200;
const API = fileURLToPath(new URL("api-process.ts", import.meta.url));

/**
 * Users' actions, one a request, at a fixed rate whatever the answers do; a request's time counts from when it was due. Then the same again while the API is killed with -9 and started anew:
 * what got no answer is sent again with its id, as the app does, and in the end every acknowledged action must be in the transport.
 */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "dataspa-actions-"));
  try {
    const steady = await drive(folder, SECONDS, undefined, context);
    context.progress("the same, with a kill -9 on the way");
    const killed = await drive(folder, 2 * KILLED_AFTER, KILLED_AFTER, context);
    const { lost, twice } = await compare(folder, new Set([...steady.acknowledged, ...killed.acknowledged]));
    const rate = steady.inTime / (SECONDS - WARM_UP);
    return {
      title: "dataspa, user actions",
      conditions: `${PER_SECOND} requests/s for ${SECONDS} s, one action each, durable before the answer; API and ${CONNECTIONS} connections of the clients on ${cpus().length} CPUs`,
      rows: [
        {
          what: "accepted",
          value: `${Math.round(rate).toLocaleString("en")} requests/s`,
          goal: `>= ${PER_SECOND.toLocaleString("en")}/s`,
          held: rate >= PER_SECOND * 0.995,
        },
        { what: "refused or failed", value: String(steady.failed), goal: "0", held: steady.failed === 0 },
        {
          what: "time from due to answered, p50, p99, longest",
          value: [0.5, 0.99, 1].map((q) => `${quantile(steady.times, q).toFixed(1)} ms`).join(", "),
          goal: null,
          held: null,
        },
        {
          what: "kill -9: acknowledged, sent again, in the transport twice",
          value: [killed.acknowledged.length, killed.failed, twice].map((n) => n.toLocaleString("en")).join(", "),
          goal: null,
          held: null,
        },
        { what: "acknowledged and lost", value: String(lost), goal: "0", held: lost === 0 },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Driven {
  readonly acknowledged: string[];
  /** After the warm-up, milliseconds. */
  readonly times: number[];
  /** Answered with 202 between the end of the warm-up and that of the time in which they were sent. */
  readonly inTime: number;
  /** Answers other than 202, and requests without one; each was sent again. */
  readonly failed: number;
}

async function drive(folder: string, seconds: number, killAfter: number | undefined, { signal }: BenchmarkContext): Promise<Driven> {
  let api = await startApi(folder, 0);
  const port = Number(new URL(api.url).port);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const acknowledged: string[] = [];
  const times: number[] = [];
  let [failed, inTime] = [0, 0];
  const began = performance.now();
  const act = async (due: number, warm: boolean) => {
    const id = randomUUID();
    while ((await post(agent, port, id).catch(() => 0)) !== 202) {
      failed++;
      await pause(RESENT_AFTER, undefined, { signal });
    }
    acknowledged.push(id);
    if (warm) times.push(performance.now() - due);
    if (warm && performance.now() - began <= seconds * 1000) inTime++;
  };
  const underWay: Promise<void>[] = [];
  let killed = false;
  for (let sent = 0; sent < seconds * PER_SECOND && !signal.aborted;) {
    const now = performance.now() - began;
    for (; sent < Math.min(seconds * PER_SECOND, (now * PER_SECOND) / 1000); sent++) {
      const due = (sent * 1000) / PER_SECOND;
      underWay.push(act(began + due, due >= WARM_UP * 1000));
    }
    if (killAfter !== undefined && !killed && now > killAfter * 1000) {
      killed = true;
      api.process.kill("SIGKILL");
      await once(api.process, "exit");
      api = await startApi(folder, port);
    }
    await pause(TICK);
  }
  await Promise.all(underWay);
  agent.destroy();
  api.process.disconnect();
  await once(api.process, "exit");
  return { acknowledged, times, inTime, failed };
}

async function startApi(folder: string, port: number): Promise<{ process: ChildProcess; url: string }> {
  const child = fork(API, [folder, String(port)]);
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  return { process: child, url };
}

let users = 0;
/** The answer's status. */
function post(agent: Agent, port: number, id: string): Promise<number> {
  const body = JSON.stringify({ id, type: "view", event: `hall:${users % 500}`, user: `user-${String(users++ % USERS).padStart(6, "0")}` });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    request({ agent, port, host: "127.0.0.1", path: "/api/actions", method: "POST", headers }, (answer) => {
      answer
        .resume()
        .once("end", () => resolve(answer.statusCode ?? 0))
        .once("error", reject);
    })
      .once("error", reject)
      .end(body);
  });
}

async function compare(folder: string, acknowledged: ReadonlySet<string>): Promise<{ lost: number; twice: number }> {
  const kept = new Set<string>();
  let twice = 0;
  await using transport = segmentTransport(join(folder, "transport"));
  for await (const line of transport.read("actions")) {
    const { id } = JSON.parse(line) as { id?: string };
    if (id === undefined) continue;
    if (kept.has(id)) twice++;
    kept.add(id);
  }
  return { lost: [...acknowledged].filter((id) => !kept.has(id)).length, twice };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
