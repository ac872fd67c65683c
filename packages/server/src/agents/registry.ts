import { randomUUID } from "node:crypto";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { AgentSeen, type Diagnosis, type Observation, type ProbeState } from "@heaptide/model";
import type { RecordChange, Store } from "@heaptide/store";
import { lost } from "../collect/lives.ts";
import type { Clock } from "../collect/clock.ts";
import type { ProcessCost } from "../collect/watches.ts";
import { prefixOf } from "./qualify.ts";
import type { Order, Orders, Report } from "./protocol.ts";

export interface AgentRegistryOptions {
  readonly store: Pick<Store, "records" | "keepRecords" | "processes" | "append">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onObserved: (observations: readonly Observation[]) => void;
  readonly diagnosis: () => Diagnosis | null;
  readonly onBug: (error: unknown) => void;
}

interface Known {
  readonly firstSeen: number;
  lastSeen: number;
  state: AgentSeen["state"];
  version: string;
  clockAhead: number;
  report: Report | null;
  readonly orders: Map<string, Order>;
  /** Boots whose lives were compared with those that are stored. */
  settled: string | null;
  keptAt: number;
}

const SILENT_AFTER = 60_000;
const LOOK_EVERY = 5000;
const KEEP_EVERY = 60_000;
/** After its start an agent needs a while to find what it watches. */
const SETTLED_AFTER = 30_000;
const MOST_AGENTS = 5000;
const MOST_ORDERS = 100;

/** The agents of a server: who they are, when they were heard, what they watch, and what they are to do. What must outlive a restart is in the store. */
export class AgentRegistry {
  readonly #options: AgentRegistryOptions;
  readonly #agents: Map<string, Known>;

  private constructor(options: AgentRegistryOptions, agents: Map<string, Known>) {
    this.#options = options;
    this.#agents = agents;
  }

  /** Agents that were known are waited for from now on. */
  static async load(options: AgentRegistryOptions): Promise<AgentRegistry> {
    const now = options.clock.now();
    const kept = (await options.store.records("agent")).flatMap(({ content }) => AgentSeen.safeParse(content).data ?? []);
    return new AgentRegistry(options, new Map(kept.map((seen) => [seen.name, knownFrom(seen, now)])));
  }

  get all(): AgentSeen[] {
    return [...this.#agents].map(([name, known]) => shown(name, known)).toSorted((a, b) => a.name.localeCompare(b.name));
  }

  get costs(): ProcessCost[] {
    return [...this.#agents.values()].flatMap(({ report }) => report?.costs ?? []);
  }

  isCounting(incarnation: string): boolean {
    const known = this.#watcherOf(incarnation);
    const ordered = [...(known?.orders.values() ?? [])].findLast((one) => one.kind === "counting" && one.incarnation === incarnation);
    return ordered?.kind === "counting" ? ordered.on : (known?.report?.counting.includes(incarnation) ?? false);
  }

  /** @returns whether an agent watches that life: it hears of it with its next report */
  switchCounting(incarnation: string, on: boolean): boolean {
    const known = this.#watcherOf(incarnation);
    if (known !== undefined) this.#order(known, { kind: "counting", id: randomUUID(), incarnation, on });
    return known !== undefined;
  }

  /** @throws NOT_FOUND, TOO_BUSY */
  watch(agent: string, pid: number): void {
    const known = this.#agents.get(agent);
    if (known === undefined) throw new HeaptideError("NOT_FOUND", { what: `agent ${JSON.stringify(agent)}` });
    this.#order(known, { kind: "watch", id: randomUUID(), pid });
  }

  async hear(report: Report): Promise<Orders> {
    const now = this.#options.clock.now();
    const known = this.#knownOf(report.agent, now);
    const before = known.state;
    const isOther = known.report?.boot !== report.boot;
    Object.assign(known, { report, lastSeen: now, version: report.version, clockAhead: Math.round(report.now - now) });
    known.state = report.leaving ? "left" : "heard";
    for (const id of report.followed) known.orders.delete(id);
    if (before === "silent") this.#tell(report.agent, null);
    if (!report.leaving && report.uptime >= SETTLED_AFTER && known.settled !== report.boot) {
      known.settled = report.boot;
      await this.#endTheMissing(report);
    }
    if (isOther || before !== known.state || now - known.keptAt >= KEEP_EVERY) await this.#keep(report.agent, known);
    return { orders: [...known.orders.values()], healthy: this.#healthyOf(report) };
  }

  /** Says which agents are silent, until the signal is aborted. */
  async run(): Promise<void> {
    const { clock, signal, onBug } = this.#options;
    while (!signal.aborted) {
      for (const [name, known] of this.#agents) {
        if (known.state !== "heard" || clock.now() - known.lastSeen < SILENT_AFTER) continue;
        known.state = "silent";
        this.#tell(name, new HeaptideError("AGENT_SILENT", { agent: name, since: new Date(known.lastSeen).toISOString() }));
        await this.#keep(name, known).catch(onBug);
      }
      await clock.sleep(LOOK_EVERY, signal);
    }
  }

  #knownOf(name: string, now: number): Known {
    const known = this.#agents.get(name);
    if (known !== undefined) return known;
    if (this.#agents.size >= MOST_AGENTS) throw new HeaptideError("TOO_BUSY", { waiting: this.#agents.size });
    const fresh: Known = {
      ...{
        firstSeen: now,
        lastSeen: now,
        state: "heard",
        version: "",
        clockAhead: 0,
        report: null,
        orders: new Map(),
        settled: null,
        keptAt: 0,
      },
    };
    this.#agents.set(name, fresh);
    return fresh;
  }

  #watcherOf(incarnation: string): Known | undefined {
    return [...this.#agents.values()].find(({ report, state }) => state === "heard" && report?.watching.includes(incarnation));
  }

  #order(known: Known, order: Order): void {
    // The last word about a life counts.
    for (const [id, one] of known.orders) {
      if (order.kind === "counting" && one.kind === "counting" && one.incarnation === order.incarnation) known.orders.delete(id);
    }
    if (known.orders.size >= MOST_ORDERS) throw new HeaptideError("TOO_BUSY", { waiting: known.orders.size });
    known.orders.set(order.id, order);
  }

  /** Lives that ended while their agent was away: nobody else will ever say so. */
  async #endTheMissing({ agent, watching }: Report): Promise<void> {
    const { store, clock, onObserved } = this.#options;
    const here = new Set(watching);
    const ended = (await store.processes()).flatMap(({ process, incarnations }) =>
      incarnations
        .filter(({ key, endedAt }) => endedAt === null && key.startsWith(prefixOf(agent)) && !here.has(key))
        .flatMap((incarnation) => lost(process, incarnation, clock)),
    );
    if (ended.length === 0) return;
    store.append(ended);
    onObserved(ended);
  }

  #healthyOf({ costs }: Report): string[] {
    const own = new Set(costs.map(({ process }) => process));
    const judged = this.#options.diagnosis()?.processes ?? [];
    return judged.flatMap(({ process, verdict }) => (verdict === "healthy" && own.has(process.key) ? [process.key] : []));
  }

  #tell(agent: string, failure: HeaptideError | null): void {
    const state: ProbeState = {
      ...{ type: "probe", at: this.#options.clock.now(), incarnation: null, probe: `agent ${agent}` },
      ...{ code: failure?.code ?? null, cause: failure?.message ?? null, next: failure?.next ?? null },
    };
    this.#options.store.append([state]);
    this.#options.onObserved([state]);
  }

  async #keep(name: string, known: Known): Promise<void> {
    known.keptAt = this.#options.clock.now();
    const change: RecordChange = { kind: "agent", id: name, seen: known.lastSeen, content: shown(name, known) };
    await this.#options.store.keepRecords([change]).catch((error: unknown) => {
      // A full disk is told by the store's state; the next report tries again.
      if (!isHeaptideError(error)) throw error;
      known.keptAt = 0;
    });
  }
}

function knownFrom({ firstSeen, state, version }: AgentSeen, now: number): Known {
  return {
    ...{ firstSeen: Date.parse(firstSeen), lastSeen: now, state, version, clockAhead: 0, report: null },
    ...{ orders: new Map(), settled: null, keptAt: now },
  };
}

function shown(name: string, { firstSeen, lastSeen, state, version, clockAhead, report, orders }: Known): AgentSeen {
  return {
    ...{ name, version, state, clockAhead },
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(lastSeen).toISOString(),
    watching: report?.watching.length ?? 0,
    orders: orders.size,
    waiting: report?.waiting ?? 0,
    dropped: report?.dropped ?? 0,
  };
}
