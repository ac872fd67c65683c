import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Observation } from "@heaptide/model";
import type { BudgetOptions } from "../collect/budget.ts";
import { type Clock, SYSTEM_CLOCK } from "../collect/clock.ts";
import { type Collector, startCollector, type Target } from "../collect/collector.ts";
import { Spool } from "../spool.ts";
import { logBug } from "../watching.ts";
import { Uplink, type UplinkProblem } from "./uplink.ts";
import { encodeObservations, type Order } from "./protocol.ts";
import { lifeOf, prefixOf, processOf, qualified } from "./qualify.ts";

export interface AgentOptions {
  /** Its name among all agents of a server; by convention the host's. */
  readonly name: string;
  readonly server: string;
  readonly token: string | null;
  readonly targets: readonly Target[];
  /** For what waits and what must outlive a restart. */
  readonly folder: string;
  /** Bound of what waits on the disk. */
  readonly mostBytes: number;
  readonly budget: BudgetOptions;
  readonly histogramEvery: number;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Its server cannot be reached, or can again (null). */
  readonly onProblem: (problem: UplinkProblem | null) => void;
}

const WRITE_EVERY = 2000;
const REPORT_EVERY = 5000;
/** In memory, while the disk takes nothing. */
const MOST_WAITING = 50_000;
const MOST_IN_REQUEST = 10_000;

/**
 * Looks at this host as a server does, and pushes what it sees to one. Everything goes through a spool on the disk: what was observed more than two seconds ago survives a kill of this
 * process and an outage of the server, and is removed when the server has it on its own disk.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #spool: Spool;
  readonly #uplink: Uplink;
  readonly #names: KnownNames;
  readonly #boot = randomUUID();
  readonly #startedAt: number;
  readonly #followed = new Set<string>();
  #healthy: ReadonlySet<string> = new Set();
  #waiting: Observation[] = [];
  #dropped = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#startedAt = this.#clock.now();
    mkdirSync(options.folder, { recursive: true });
    this.#spool = new Spool(join(options.folder, "spool"), options.mostBytes);
    this.#uplink = new Uplink(options);
    this.#names = new KnownNames(join(options.folder, "names.json"));
  }

  /** Runs until the signal is aborted. */
  async run(): Promise<void> {
    const { targets, signal, budget, histogramEvery, name } = this.#options;
    const collector = startCollector({
      ...{ targets, signal, budget, histogramEvery, clock: this.#clock },
      isAlone: false,
      known: this.#names.all,
      sink: { append: (observations) => this.#note([...observations]) },
      wantsAllocations: (process) => !this.#healthy.has(processOf(process, name)),
      onBug: (_, error) => logBug(error),
    });
    await Promise.all([this.#writing(), this.#sending(), this.#reporting(collector), collector.ended]);
    // The probes' last words, and as much as the server takes at once.
    await this.#writeDown();
    const goodbye = AbortSignal.timeout(2000);
    await this.#sendAll(goodbye);
    await this.#uplink.report(this.#reportOf(collector, true), goodbye);
  }

  #note(observations: readonly Observation[]): void {
    for (const one of observations) {
      if (one.type === "process") this.#names.note(one.incarnation.flinkId, one.process.key);
      this.#waiting.push(qualified(one, this.#options.name));
    }
    const surplus = this.#waiting.length - MOST_WAITING;
    if (surplus > 0) {
      this.#waiting.splice(0, surplus);
      this.#dropped += surplus;
    }
  }

  async #writing(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await this.#clock.sleep(WRITE_EVERY, signal);
      await this.#writeDown();
    }
  }

  /** What the disk does not take waits in memory. */
  async #writeDown(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MOST_IN_REQUEST);
      try {
        await this.#spool.add(encodeObservations(batch));
      } catch (error) {
        this.#options.onProblem({ code: "SPOOL", problem: (error as NodeJS.ErrnoException).code ?? String(error) });
        return;
      }
      const taken = new Set(batch);
      this.#waiting = this.#waiting.filter((one) => !taken.has(one));
    }
  }

  async #sending(): Promise<void> {
    const { signal } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      failures = (await this.#sendAll(signal)) ? 0 : failures + 1;
      await this.#clock.sleep(failures === 0 ? 500 : Math.min(30_000, 500 * 2 ** Math.min(failures, 6)), signal);
    }
  }

  /** @returns whether nothing waits any more */
  async #sendAll(signal: AbortSignal): Promise<boolean> {
    for (let body = await this.#spool.peek(); body !== null; body = await this.#spool.peek()) {
      if (signal.aborted) return false;
      const outcome = await this.#uplink.push(body, signal);
      if (outcome === "later") return false;
      if (outcome === "never") this.#dropped++;
      await this.#spool.done();
    }
    return true;
  }

  async #reporting(collector: Collector): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const report = this.#reportOf(collector, false);
      const answer = await this.#uplink.report(report, signal);
      if (answer !== null) {
        for (const id of report.followed) this.#followed.delete(id);
        this.#healthy = new Set(answer.healthy);
        for (const order of answer.orders) this.#follow(order, collector);
      }
      await this.#clock.sleep(REPORT_EVERY, signal);
    }
  }

  #follow(order: Order, collector: Collector): void {
    if (this.#followed.has(order.id)) return;
    this.#followed.add(order.id);
    const { name } = this.#options;
    if (order.kind === "watch") collector.watch({ kind: "pid", pid: order.pid });
    else if (order.incarnation.startsWith(prefixOf(name)))
      collector.switchCounting(order.incarnation.slice(prefixOf(name).length), order.on);
  }

  #reportOf(collector: Collector, leaving: boolean) {
    const { name, version } = this.#options;
    const costs = collector.costs();
    const now = this.#clock.now();
    return {
      ...{ agent: name, version, boot: this.#boot, leaving, now, uptime: now - this.#startedAt },
      watching: costs.map(({ incarnation }) => lifeOf(incarnation, name)),
      counting: costs.flatMap(({ incarnation }) => (collector.isCounting(incarnation) ? [lifeOf(incarnation, name)] : [])),
      costs: costs.map((cost) => ({
        ...cost,
        incarnation: lifeOf(cost.incarnation, name),
        process: processOf(cost.process, name),
      })),
      waiting: this.#spool.waiting,
      dropped: this.#dropped + this.#spool.dropped,
      followed: [...this.#followed],
    };
  }
}

/** Names that TaskManagers were given, by Flink's id: a restarted agent must not rename them. */
class KnownNames {
  readonly #file: string;
  readonly #names: Map<string, string>;

  constructor(file: string) {
    this.#file = file;
    this.#names = new Map(readNames(file));
  }

  get all(): (readonly [string, string])[] {
    return [...this.#names];
  }

  note(flinkId: string | null, key: string): void {
    if (flinkId === null || this.#names.get(flinkId) === key) return;
    this.#names.set(flinkId, key);
    try {
      writeFileSync(`${this.#file}.part`, JSON.stringify([...this.#names].slice(-1000)));
      renameSync(`${this.#file}.part`, this.#file);
    } catch {
      // A full disk: the names hold until this process ends.
    }
  }
}

function readNames(file: string): [string, string][] {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(content) ? content.filter((pair): pair is [string, string] => Array.isArray(pair) && pair.length === 2) : [];
  } catch {
    return [];
  }
}
