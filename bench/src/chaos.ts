import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Incident } from "@heaptide/model";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { type Acknowledged, Load } from "./chaos-load.ts";
import { Child, freePort, untilHealthy } from "./child.ts";
import { diskFull } from "./disk-full.ts";
import type { BenchmarkContext, Report, ReportRow } from "./report.ts";

/**
 * `npm run chaos [-- --kills N]`: a server and an agent that watches a real JVM are killed (SIGKILL) at random moments while shippers, pipelines and another agent send. Then the disk is full for
 * a while. What was acknowledged is counted from outside, and compared with what is there.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const { values } = parseArgs({
    args: process.argv.slice(3).filter((word) => word !== "--json"),
    options: { kills: { type: "string", default: "50" } },
  });
  const kills = Number(values.kills);
  const folder = mkdtempSync(join(tmpdir(), "heaptide-chaos-"));
  try {
    const rows = [...(await killing(folder, kills, { signal, progress })), ...(await diskFull(folder, progress))];
    return {
      title: "Chaos",
      conditions: `Node ${process.versions.node}; ${kills} times kill -9 of server or agent at random moments under load, then a full disk`,
      rows,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killing(folder: string, kills: number, { signal, progress }: BenchmarkContext): Promise<ReportRow[]> {
  const [jdk] = findJdks();
  const { classes, remove } = compileJava([jdk!]);
  const java = await startJava({ jdk: jdk!, classes, main: "Keeper", args: ["1000", "100"] });
  const heard = await listenForAlarms();
  const stage = new Stage(folder, await freePort(), java.pid, heard.url);
  try {
    await stage.start("server");
    await stage.start("agent");
    await untilHealthy(stage.url, stage.children.server!);
    const load = new Load(stage.url);
    const running = load.run();
    const began = Date.now();
    let servers = 0;
    for (let kill = 0; kill < kills && !signal.aborted; kill++) {
      await untilMoment(stage);
      const victim = Math.random() < 0.6 ? "server" : "agent";
      servers += victim === "server" ? 1 : 0;
      await stage.children[victim]!.kill("SIGKILL");
      await pause(Math.random() * 500);
      await stage.start(victim);
      if (kill % 10 === 9) progress(`${kill + 1} kills, ${load.acknowledged.lines.toLocaleString("en")} lines acknowledged`);
    }
    await untilHealthy(stage.url, stage.children.server!);
    await pause(3000);
    load.stop();
    await running;
    await untilTold(stage.url, load.acknowledged.gaps, heard);
    progress("comparing");
    return [
      {
        what: "kills",
        value: `${servers} of the server, ${kills - servers} of the agent, in ${Math.round((Date.now() - began) / 1000)} s`,
        goal: null,
        held: null,
      },
      ...(await compared(stage.url, load.acknowledged, java.pid, { began, until: Date.now() })),
      ...(await alarms(stage.url, load.acknowledged.gaps, heard)),
    ];
  } finally {
    await stage.stop();
    heard.close();
    await java.stop();
    remove();
  }
}

/** One kill in four comes while the last victim may still start; the others when the server is in the midst of its work. */
async function untilMoment({ url, children }: Stage): Promise<void> {
  if (Math.random() < 0.25) return pause(200 + Math.random() * 2800);
  await untilHealthy(url, children.server!);
  await pause(200 + Math.random() * 7000);
}

/** The server and the agent, as often as they are started. */
class Stage {
  readonly url: string;
  readonly children: { server: Child | null; agent: Child | null } = { server: null, agent: null };
  readonly #words: { readonly server: string[]; readonly agent: string[] };

  constructor(folder: string, port: number, pid: number, alarms: string) {
    this.url = `http://127.0.0.1:${port}`;
    const settings = join(folder, "alerts.yaml");
    writeFileSync(settings, JSON.stringify({ channels: [{ kind: "webhook", name: "hook", url: alarms, "allow-private": true }] }));
    this.#words = {
      server: ["serve", "--agents", "--port", String(port), "--data", join(folder, "server"), "--alerts", settings],
      agent: ["agent", "--name", "chaos", "--server", this.url, "--pid", String(pid), "--data", join(folder, "agent")],
    };
  }

  async start(which: "server" | "agent"): Promise<void> {
    this.children[which] = new Child(this.#words[which]);
  }

  async stop(): Promise<void> {
    await this.children.agent?.[Symbol.asyncDispose]();
    await this.children.server?.[Symbol.asyncDispose]();
  }
}

interface Heard {
  readonly url: string;
  /** Alarms that fired, by key, with the ids of the notifications that said so. */
  readonly fired: ReadonlyMap<string, ReadonlySet<string>>;
  close(): void;
}

async function listenForAlarms(): Promise<Heard> {
  const fired = new Map<string, Set<string>>();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { id, event, alarms } = JSON.parse(body) as {
        id: string;
        event: string;
        alarms: { key: string; rule: string; title: string; state: string }[];
      };
      for (const { rule, title } of event === "firing" ? alarms : []) {
        if (rule === "gap") fired.set(title, (fired.get(title) ?? new Set()).add(id));
      }
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, fired, close: () => void server.close() };
}

const get = async <T>(url: string, path: string): Promise<T> => (await (await fetch(url + path)).json()) as T;
const titleOf = (gap: string): string => `Nothing came, number ${gap.replace("chaos-gap-", "")}`;

/** Alarms come when the next look has found what they are about. */
async function untilTold(url: string, gaps: ReadonlySet<string>, { fired }: Heard): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && [...gaps].some((gap) => !fired.has(titleOf(gap)))) {
    await get(url, "/api/diagnosis").catch(() => undefined);
    await pause(500);
  }
}

async function compared(
  url: string,
  said: Acknowledged,
  pid: number,
  { began, until }: { began: number; until: number },
): Promise<ReportRow[]> {
  const span = `from=${began - 60_000}&to=${until + 60_000}`;
  const patterns = await get<{ incarnation: string; count: number }[]>(url, `/api/patterns?from=0&to=${until + 60_000}`);
  const lines = patterns.filter(({ incarnation }) => incarnation === "log:chaos-shipper/x").reduce((sum, { count }) => sum + count, 0);
  const changes = (await get<{ id: string; process: string | null; kind: string }[]>(url, `/api/changes?${span}`)).map(({ id }) => id);
  const ours = changes.filter((id) => id.startsWith("chaos-"));
  const missing = [...said.changes].filter((id) => !ours.includes(id));
  const found = await samplesIn(url, began - 60_000, until + 60_000);
  const lost = [...said.samples].filter((at) => !found.has(at)).length;
  const processes = await get<{ process: { key: string }; incarnations: { endedAt: number | null }[] }[]>(url, "/api/processes");
  const watched = processes.filter(({ process }) => process.key === `pid:${pid}@chaos`);
  const lives = watched.flatMap(({ incarnations }) => incarnations);
  return [
    {
      what: "log lines acknowledged, and found",
      value: `${said.lines.toLocaleString("en")}, ${lines.toLocaleString("en")} (of ${said.linesSent.toLocaleString("en")} sent)`,
      goal: "none lost",
      held: lines >= said.lines && lines <= said.linesSent,
    },
    {
      what: "changes acknowledged, and found",
      value: `${said.changes.size}, ${new Set(ours).size}`,
      goal: "each once",
      held: missing.length === 0 && new Set(ours).size === ours.length,
    },
    {
      what: "samples acknowledged to an agent, and lost",
      value: `${said.samples.size.toLocaleString("en")}, ${lost}`,
      goal: "none",
      held: lost === 0,
    },
    {
      what: "lives of the JVM that the killed agent watched",
      value: `${lives.length}, ${lives.filter(({ endedAt }) => endedAt !== null).length} ended`,
      goal: "1, 0 ended",
      held: lives.length === 1 && lives[0]!.endedAt === null,
    },
  ];
}

const STRETCH = 5000;

/** Times of all samples: asked for in stretches of as many milliseconds as there may be points in an answer, so that nothing is thinned. */
async function samplesIn(url: string, from: number, to: number): Promise<Set<number>> {
  const key = encodeURIComponent("pid:1@synthetic");
  const found = new Set<number>();
  for (let start = from; start < to; start += STRETCH) {
    // Both ends belong to a span.
    const query = `measure=threads&from=${start}&to=${start + STRETCH - 1}&points=${STRETCH}`;
    const [series] = await get<{ lives: { at: number[] }[] }[]>(url, `/api/processes/${key}/series?${query}`);
    for (const at of series?.lives.flatMap((life) => life.at) ?? []) found.add(at);
  }
  return found;
}

async function alarms(url: string, gaps: ReadonlySet<string>, { fired }: Heard): Promise<ReportRow[]> {
  const incidents = (await get<Incident[]>(url, "/api/incidents?limit=1000")).filter(({ headline }) =>
    headline.startsWith("Nothing came, number"),
  );
  const each = Map.groupBy(incidents, ({ headline }) => headline);
  const told = [...gaps].map((gap) => fired.get(titleOf(gap))?.size ?? 0);
  const once = [...gaps].every((gap) => each.get(titleOf(gap))?.length === 1);
  return [
    {
      what: "gaps acknowledged, and incidents of them",
      value: `${gaps.size}, ${incidents.length}`,
      goal: "one each",
      held: once && incidents.length === gaps.size,
    },
    {
      what: "alarms told: none, once, more than once (a notification that comes again keeps its id)",
      value: [told.filter((n) => n === 0), told.filter((n) => n === 1), told.filter((n) => n > 1)].map(({ length }) => length).join(", "),
      goal: `0, ${gaps.size}, 0`,
      held: told.every((n) => n === 1),
    },
  ];
}
