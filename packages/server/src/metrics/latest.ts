import type { ChangeSeen, Incarnation, Measure, Observation } from "@heaptide/model";

/** Beyond so many, lives and operators are left out, and counted: a page of metrics has a bound. */
const MOST_LIVES = 3000;
const MOST_OPERATORS = 2000;
const MOST_CHANGED = 2000;

interface Life {
  readonly process: string;
  readonly values: Map<Measure, number>;
  readonly limits: Incarnation["limits"];
}

/** The last change of a kind to a job (by name) or a process (by key); an empty subject: to all. */
interface LastChange {
  readonly kind: ChangeSeen["kind"];
  readonly subject: string;
  readonly at: number;
}

interface Counted {
  readonly job: string;
  readonly operator: string;
  readonly counter: "records-in" | "records-out";
  value: number;
}

/** The last value of everything measured, for whoever asks for the present. In memory: after a restart it fills again within seconds. */
export class LatestValues {
  readonly #lives = new Map<string, Life>();
  readonly #operators = new Map<string, Counted>();
  readonly #jobs = new Map<string, string>();
  readonly #changes = new Map<string, LastChange>();
  #cut = 0;

  get lives(): Iterable<Life> {
    return this.#lives.values();
  }

  get operators(): Iterable<Counted & { readonly name: string }> {
    return [...this.#operators.values()].map((one) => ({ ...one, name: this.#jobs.get(one.job) ?? one.job }));
  }

  get changes(): Iterable<LastChange> {
    return this.#changes.values();
  }

  get cut(): number {
    return this.#cut;
  }

  processOf(incarnation: string): string | null {
    return this.#lives.get(incarnation)?.process ?? null;
  }

  append(observations: Iterable<Observation>): void {
    for (const observation of observations) this.#note(observation);
  }

  #note(observation: Observation): void {
    const { type } = observation;
    if (type === "process") this.#noteProcess(observation);
    else if (type === "ended") this.#lives.delete(observation.incarnation);
    else if (type === "sample") this.#lives.get(observation.incarnation)?.values.set(observation.measure, observation.value);
    else if (type === "job") this.#noteJob(observation.job);
    else if (type === "count") this.#noteCount(observation);
    else if (type === "change") this.#noteChange(observation);
  }

  #noteProcess({ process, incarnation }: Extract<Observation, { type: "process" }>): void {
    for (const [key, life] of this.#lives) if (life.process === process.key && key !== incarnation.key) this.#lives.delete(key);
    if (this.#lives.has(incarnation.key)) return;
    if (this.#lives.size >= MOST_LIVES) this.#cut++;
    else this.#lives.set(incarnation.key, { process: process.key, values: new Map(), limits: incarnation.limits });
  }

  #noteJob({ id, name, endedAt }: { id: string; name: string; endedAt: number | null }): void {
    if (endedAt === null) this.#jobs.set(id, name);
    else {
      this.#jobs.delete(id);
      for (const [key, { job }] of this.#operators) if (job === id) this.#operators.delete(key);
    }
  }

  #noteCount({ job, vertex, operator, counter, value }: Extract<Observation, { type: "count" }>): void {
    const key = `${job} ${vertex} ${operator} ${counter}`;
    const known = this.#operators.get(key);
    if (known) known.value = value;
    else if (this.#operators.size >= MOST_OPERATORS) this.#cut++;
    else this.#operators.set(key, { job, operator, counter, value });
  }

  #noteChange({ kind, job, process, at, attributes }: ChangeSeen): void {
    const subject = job === null ? (attributes["job"] ?? process ?? "") : (this.#jobs.get(job) ?? job);
    const key = `${kind} ${subject}`;
    const known = this.#changes.get(key);
    if (known === undefined && this.#changes.size >= MOST_CHANGED) this.#cut++;
    else if (known === undefined || known.at < at) this.#changes.set(key, { kind, subject, at });
  }
}
