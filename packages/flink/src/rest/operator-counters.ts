import { setTimeout as pause } from "node:timers/promises";
import { isHeaptideError } from "@heaptide/base";
import type { OperatorCount } from "@heaptide/model";
import type { FlinkClient } from "./client.ts";
import { metricNameOf, operatorsOf, type Vertex } from "./jobs.ts";

export interface OperatorCounterOptions {
  /** Time between asking Flink to refresh its metrics and reading them, milliseconds. */
  readonly refreshTime?: number;
  /** A counter that stands still is confirmed no more often than this, milliseconds. */
  readonly heartbeat?: number;
  readonly clock?: () => number;
}

/** What the probe needs of a client. */
export type CounterSource = Pick<FlinkClient, "jobs" | "job" | "metrics" | "vertexMetricIds" | "vertexMetricSums" | "refreshes">;

/** The polling interval that this is made for, milliseconds. */
export const OPERATOR_COUNTER_INTERVAL = 2_000;
/** How far our time of a request and Flink's may lie apart, milliseconds. */
const DOUBT = 150;
/** The list of a vertex' metrics is read anew after as many polls: operators register theirs one after the other. */
const LIST_EVERY = 10;

interface Counter {
  readonly job: string;
  readonly vertex: string;
  readonly operator: string;
  readonly counter: "records-in" | "records-out";
  value: number;
  /** Time of the last observation that was given out, or of the first sight. */
  said: number;
}
interface WatchedVertex {
  readonly job: string;
  readonly vertex: Vertex;
  ids: readonly string[];
  polls: number;
}

/**
 * Counts of all operators of all running jobs, stamped with the time at which Flink read them rather than with the time of the request.
 *
 * Flink fetches metrics only on request, at most every 10 s, and answers the old values meanwhile. So each poll asks, waits for the fetch, then
 * reads, and a value that changed gets the time of the request that set the fetch off (see MetricRefreshes). If that was somebody else's
 * request, the value is stamped with the asking: up to one poll too late; no time in between is guessed. Polled every 2 s, counts at a constant
 * rate lie on a straight line. What stands there at the first sight is of unknown age and given out only once a fetch was seen.
 *
 * Only changes are given out. A counter that stands still is confirmed from time to time, for a time at which it certainly still had its
 * value: the previous poll less Flink's interval. So a standing counter is seen as standing, and no value is ever stamped after a
 * newer one. A value that falls is a change too: after a restart of the job its counters start from 0.
 *
 * Jobs and operators are told apart by job id: two runs of one jar have equal vertex ids and metric names.
 */
export class OperatorCounterProbe {
  readonly #client: CounterSource;
  readonly #options: Required<OperatorCounterOptions>;
  readonly #counters = new Map<string, Counter>();
  readonly #vertices = new Map<string, WatchedVertex>();
  #asked: number | undefined;

  constructor(client: CounterSource, options: OperatorCounterOptions = {}) {
    this.#client = client;
    this.#options = { refreshTime: 300, heartbeat: 10_000, clock: Date.now, ...options };
  }

  /**
   * One look. A job that ends in the middle of it is left out.
   * @throws the errors of `FlinkClient`; what was remembered stays valid.
   */
  async poll(): Promise<OperatorCount[]> {
    await this.#watchRunningJobs();
    await this.#avoidDoubt();
    const asked = this.#options.clock();
    // Any request for metrics makes Flink fetch all of them.
    await this.#client.metrics({ role: "jobmanager" }, ["numRunningJobs"]);
    await pause(this.#options.refreshTime);

    const counts: OperatorCount[] = [];
    for (const watched of this.#vertices.values()) {
      for (const [id, value] of await this.#read(watched)) counts.push(...this.#update(watched, id, value, asked));
    }
    this.#asked = asked;
    return counts;
  }

  /**
   * Requests that reach Flink just when its interval is over may set off a fetch or not, by a millisecond. None is made then: without
   * this, polls at a divisor of the interval keep meeting that moment.
   */
  async #avoidDoubt(): Promise<void> {
    const { last, interval } = this.#client.refreshes;
    const left = last + interval - this.#options.clock();
    if (left < this.#options.refreshTime + DOUBT && left > -DOUBT) await pause(left + DOUBT);
  }

  async #watchRunningJobs(): Promise<void> {
    const running = new Set((await this.#client.jobs()).filter((job) => job.state === "RUNNING").map((job) => job.jid));
    for (const [key, { job }] of this.#vertices) if (!running.has(job)) this.#vertices.delete(key);
    for (const [key, { job }] of this.#counters) if (!running.has(job)) this.#counters.delete(key);
    const watched = new Set([...this.#vertices.values()].map(({ job }) => job));
    for (const job of running) {
      if (watched.has(job)) continue;
      for (const vertex of await ifStillThere(async () => (await this.#client.job(job)).vertices, [])) {
        this.#vertices.set(`${job}/${vertex.id}`, { job, vertex, ids: [], polls: 0 });
      }
    }
  }

  async #read(watched: WatchedVertex): Promise<Map<string, number>> {
    const { job, vertex } = watched;
    return ifStillThere(async () => {
      if (watched.ids.length === 0 || watched.polls++ % LIST_EVERY === 0) {
        watched.ids = (await this.#client.vertexMetricIds(job, vertex.id)).filter((id) => OPERATOR_COUNTER.test(id));
      }
      return this.#client.vertexMetricSums(job, vertex.id, watched.ids);
    }, new Map<string, number>());
  }

  #update({ job, vertex }: WatchedVertex, id: string, value: number, asked: number): OperatorCount[] {
    const key = `${job}/${vertex.id}/${id}`;
    const known = this.#counters.get(key);
    const { refreshes } = this.#client;
    if (known === undefined) {
      const counter = { ...newCounter(job, vertex, id), value, said: refreshes.last };
      this.#counters.set(key, counter);
      return refreshes.confirmed ? [observation(counter)] : [];
    }
    if (known.value !== value) {
      if (refreshes.last > known.said) refreshes.confirm();
      else refreshes.correct(asked);
      known.value = value;
      known.said = refreshes.last;
      return [observation(known)];
    }
    const certain = (this.#asked ?? asked) - refreshes.interval;
    if (certain - known.said < this.#options.heartbeat) return [];
    known.said = certain;
    return [observation(known)];
  }
}

/** An operator's own counter; what a user's function counts has one more part in its id. */
const OPERATOR_COUNTER = /^([^.]+)\.numRecords(In|Out)$/;

function newCounter(job: string, vertex: Vertex, id: string): Omit<Counter, "value" | "said"> {
  const [, metricName, direction] = OPERATOR_COUNTER.exec(id)!;
  const operator = operatorsOf(vertex).find(({ name }) => metricNameOf(name) === metricName)?.name ?? metricName!;
  return { job, vertex: vertex.id, operator, counter: direction === "In" ? "records-in" : "records-out" };
}

function observation({ job, vertex, operator, counter, value, said }: Counter): OperatorCount {
  return { type: "count", at: said, job, vertex, operator, counter, value };
}

async function ifStillThere<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (isHeaptideError(error, "RESOURCE_GONE")) return otherwise;
    throw error;
  }
}
