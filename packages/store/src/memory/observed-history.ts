import { EMPTY_SERIES, type Series } from "@heaptide/base";
import type {
  ChangeSeen,
  CheckpointSeen,
  GapSeen,
  History,
  Incarnation,
  JobHistory,
  JobSeen,
  Observation,
  OperatorCount,
  ProbeState,
  ProcessHistory,
  ProcessIdentity,
  ProcessSeen,
} from "@heaptide/model";
import { GrowingSeries } from "./growing-columns.ts";
import { ObservedLife } from "./life.ts";

/**
 * Observations as the history that `diagnose()` reads, kept in memory and never forgotten: what replays a session. The same observations give the
 * same history as the database does; here `history()` may be asked for after each batch, for it costs no more than making views.
 */
export class ObservedHistory {
  readonly #identities = new Map<string, ProcessIdentity>();
  readonly #incarnations = new Map<string, ProcessSeen>();
  readonly #ended = new Map<string, number>();
  readonly #lives = new Map<string, ObservedLife>();
  readonly #jobs = new Map<string, { seen: JobSeen; incarnations: Set<string>; spread: Spread }>();
  readonly #counters = new Map<string, GrowingSeries>();
  readonly #changes = new Map<string, ChangeSeen>();
  readonly #gaps = new Map<string, GapSeen>();
  readonly #probes = new Map<string, ProbeState>();
  #from = Infinity;
  #to = -Infinity;

  append(observations: Iterable<Observation>): void {
    for (const observation of observations) this.#add(observation);
  }

  history(): History {
    const to = this.#to === -Infinity ? 0 : this.#to;
    return {
      from: this.#from === Infinity ? 0 : this.#from,
      to,
      processes: this.#processes(),
      jobs: this.#jobHistories(),
      changes: [...this.#changes.values()].sort((a, b) => a.at - b.at || compare(a.id, b.id)),
      patterns: [...this.#lives].flatMap(([key, life]) => life.patterns(key)),
      gaps: [...this.#gaps.values()].sort((a, b) => a.from - b.from || compare(a.id, b.id)),
      blind: [...this.#probes.values()].filter(
        ({ code, incarnation }) => code !== null && (incarnation === null || (this.#ended.get(incarnation) ?? Infinity) > to),
      ),
    };
  }

  #add(observation: Observation): void {
    if (TELLS_THE_TIME.has(observation.type) && Number.isFinite(observation.at)) {
      this.#from = Math.min(this.#from, observation.at);
      this.#to = Math.max(this.#to, observation.at);
    }
    switch (observation.type) {
      case "sample":
        return this.#lifeOf(observation.incarnation).addSample(observation);
      case "snapshot":
        return this.#lifeOf(observation.incarnation).addSnapshot(observation);
      case "allocations":
        return this.#lifeOf(observation.incarnation).addDump(observation);
      case "code":
        return this.#lifeOf(observation.incarnation).addCode(observation);
      case "log":
        return this.#lifeOf(observation.incarnation).addLog(observation);
      case "log-count":
        // Of a flood of lines the first of each second are told one by one: the diagnosis needs no more.
        return;
      case "cost":
        return this.#lifeOf(observation.incarnation).addCost(observation);
      case "census":
        return this.#lifeOf(observation.incarnation).addCensus(observation);
      case "count":
        return this.#addCount(observation);
      case "checkpoint":
        return this.#addCheckpoint(observation);
      case "process":
        return this.#addProcess(observation);
      case "ended":
        return this.#end(observation.incarnation, observation.at);
      case "job":
        return this.#addJob(observation);
      case "change":
        return void (this.#changes.has(observation.id) || this.#changes.set(observation.id, observation));
      case "gap":
        return keepLatest(this.#gaps, observation.id, observation);
      case "probe":
        return keepLatest(this.#probes, `${observation.incarnation ?? ""} ${observation.probe}`, observation);
    }
  }

  #addProcess(seen: ProcessSeen): void {
    const { process, incarnation } = seen;
    this.#identities.set(process.key, process);
    keepLatest(this.#incarnations, incarnation.key, seen);
    if (incarnation.endedAt !== null) this.#end(incarnation.key, incarnation.endedAt);
  }

  #end(incarnation: string, at: number): void {
    if (!this.#ended.has(incarnation)) this.#ended.set(incarnation, at);
  }

  #lifeOf(incarnation: string): ObservedLife {
    let life = this.#lives.get(incarnation);
    if (life === undefined) this.#lives.set(incarnation, (life = new ObservedLife()));
    return life;
  }

  #addJob(seen: JobSeen): void {
    const known = this.#jobs.get(seen.job.id);
    const incarnations = new Set([...(known?.incarnations ?? []), ...seen.job.incarnations]);
    const spread = { ...known?.spread };
    for (const [vertex, counts] of Object.entries(seen.job.spread ?? {})) spread[vertex] = { ...spread[vertex], ...counts };
    this.#jobs.set(seen.job.id, { seen: known && known.seen.at > seen.at ? known.seen : seen, incarnations, spread });
  }

  #addCount({ job, vertex, operator, counter, at, value }: OperatorCount): void {
    if (Number.isFinite(value) && Number.isFinite(at)) this.#counter(job, vertex, operator, counter).add(at, value);
  }

  #addCheckpoint({ job, at, bytes, vertices }: CheckpointSeen): void {
    for (const size of [{ vertex: "", bytes }, ...vertices]) this.#counter(job, "state", size.vertex).add(at, size.bytes);
  }

  #counter(...key: string[]): GrowingSeries {
    const name = JSON.stringify(key);
    let series = this.#counters.get(name);
    if (series === undefined) this.#counters.set(name, (series = new GrowingSeries()));
    return series;
  }

  #seriesAt(...key: string[]): Series {
    return this.#counters.get(JSON.stringify(key))?.view ?? EMPTY_SERIES;
  }

  #processes(): ProcessHistory[] {
    const processes = [...this.#identities.values()].sort((a, b) => compare(a.key, b.key));
    return processes.map((process) => {
      const lives = [...this.#incarnations.values()].map(({ incarnation }) => incarnation).filter((life) => life.process === process.key);
      lives.sort((a, b) => a.startedAt - b.startedAt || compare(a.key, b.key));
      const incarnations = lives.map((life, i) => {
        // A life whose end nobody saw ended at the latest when the next one began.
        const endedAt = this.#ended.get(life.key) ?? lives[i + 1]?.startedAt ?? null;
        const incarnation: Incarnation = { ...life, endedAt };
        return this.#lifeOf(life.key).history(incarnation);
      });
      return { process, incarnations };
    });
  }

  #jobHistories(): JobHistory[] {
    const jobs = [...this.#jobs.values()].sort(
      (a, b) => a.seen.job.startedAt - b.seen.job.startedAt || compare(a.seen.job.id, b.seen.job.id),
    );
    return jobs.map(({ seen: { job }, incarnations, spread }) => ({
      ...job,
      incarnations: [...incarnations].sort(compare),
      ...(Object.keys(spread).length > 0 && { spread }),
      operators: job.operators.map((operator) => ({
        ...operator,
        recordsIn: this.#seriesAt(job.id, operator.vertex, operator.name, "records-in"),
        recordsOut: this.#seriesAt(job.id, operator.vertex, operator.name, "records-out"),
      })),
      stateBytes: this.#seriesAt(job.id, "state", ""),
      stateBytesOf: new Map(
        [...new Set(job.operators.map(({ vertex }) => vertex))].flatMap((vertex) => {
          const series = this.#seriesAt(job.id, "state", vertex);
          return series.at.length > 0 ? [[vertex, series] as const] : [];
        }),
      ),
    }));
  }
}

type Spread = NonNullable<JobSeen["job"]["spread"]>;

/** What is told late about an earlier time does not replace what was told of a later one. */
function keepLatest<T extends { readonly at: number }>(known: Map<string, T>, key: string, one: T): void {
  if (one.at >= (known.get(key)?.at ?? -Infinity)) known.set(key, one);
}

/** Those whose first and last time are the span of a history, as in the database. */
const TELLS_THE_TIME: ReadonlySet<Observation["type"]> = new Set([
  "process",
  "job",
  "sample",
  "count",
  "snapshot",
  "log",
  "change",
  "cost",
  "probe",
]);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
