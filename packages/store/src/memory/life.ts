import type { Series } from "@heaptide/base";
import type {
  AllocationsSeen,
  CensusColumns,
  CensusSubject,
  CensusTaken,
  CodeSeen,
  CostSeen,
  Incarnation,
  IncarnationHistory,
  LogPattern,
  LogSeen,
  Measure,
  Sample,
  SnapshotTaken,
} from "@heaptide/model";
import { GrowingSeries, GrowingSnapshots } from "./growing-columns.ts";

/** As in the database: an example is for people. */
const EXAMPLE_LENGTH = 500;

/** What was observed of one incarnation. */
export class ObservedLife {
  readonly #series = new Map<Measure, GrowingSeries>();
  readonly #snapshots = { live: new GrowingSnapshots(), all: new GrowingSnapshots() };
  readonly #dumps = new Map<number, AllocationsSeen>();
  readonly #code = new Map<string, CodeSeen>();
  readonly #costs = new Map<string, CostSeen>();
  readonly #census = new Map<CensusSubject, Map<number, CensusTaken["groups"]>>();
  readonly #patterns = new Map<string, { first: LogSeen; pattern: string; lines: Set<string>; at: number[] }>();

  addSample({ measure, at, value }: Sample): void {
    if (!Number.isFinite(value) || !Number.isFinite(at)) return;
    let series = this.#series.get(measure);
    if (series === undefined) this.#series.set(measure, (series = new GrowingSeries()));
    series.add(at, value);
  }

  addSnapshot({ kind, at, classes }: SnapshotTaken): void {
    this.#snapshots[kind].add(at, classes);
  }

  addDump(dump: AllocationsSeen): void {
    if (!this.#dumps.has(dump.at)) this.#dumps.set(dump.at, dump);
  }

  addCode(code: CodeSeen): void {
    this.#code.set(code.jar, code);
  }

  addCost(cost: CostSeen): void {
    this.#costs.set(`${cost.probe} ${cost.at}`, cost);
  }

  addCensus({ of, at, groups }: CensusTaken): void {
    const taken = this.#census.get(of) ?? new Map<number, CensusTaken["groups"]>();
    this.#census.set(of, taken.set(at, groups));
  }

  addLog(seen: LogSeen): void {
    const { patternId, pattern, at, ordinal = 0 } = seen;
    let known = this.#patterns.get(patternId);
    if (known === undefined) this.#patterns.set(patternId, (known = { first: seen, pattern, lines: new Set(), at: [] }));
    known.pattern = pattern;
    const line = `${at} ${ordinal}`;
    if (known.lines.has(line)) return;
    known.lines.add(line);
    known.at.push(at);
  }

  history(incarnation: Incarnation): IncarnationHistory {
    const dumps = [...this.#dumps.values()].sort((a, b) => a.at - b.at);
    const view = (series: GrowingSeries): Series => series.view;
    return {
      incarnation,
      series: new Map([...this.#series].map(([measure, series]) => [measure, view(series)])),
      live: this.#snapshots.live.view,
      all: this.#snapshots.all.view,
      allocations: dumps.at(-1) ?? null,
      earlierAllocations: dumps.slice(0, -1),
      costs: [...this.#costs.values()].sort((a, b) => a.at - b.at),
      code: [...this.#code.values()],
      census: new Map([...this.#census].map(([subject, taken]) => [subject, censusColumns(taken)])),
    };
  }

  patterns(incarnation: string): LogPattern[] {
    return [...this.#patterns.values()].map(({ first, pattern, at }) => ({
      id: first.patternId,
      pattern,
      level: first.level,
      logger: first.logger,
      throwable: first.throwable,
      incarnation,
      seen: Float64Array.from(at).sort(),
      example: first.message.slice(0, EXAMPLE_LENGTH),
    }));
  }
}

function censusColumns(taken: ReadonlyMap<number, CensusTaken["groups"]>): CensusColumns {
  const at = Float64Array.from(taken.keys()).sort();
  const groups = new Map<string, Float64Array>();
  at.forEach((time, i) => {
    for (const { name, value } of taken.get(time)!) {
      let values = groups.get(name);
      if (values === undefined) groups.set(name, (values = new Float64Array(at.length)));
      values[i] = value;
    }
  });
  return { at, names: [...groups.keys()], values: [...groups.values()] };
}
