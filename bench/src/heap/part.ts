import { formatBytes } from "@heaptide/base";
import type { BenchmarkContext, ReportRow } from "../report.ts";
import { HEAPTIDE } from "../whole-process.ts";
import type { Dump, DumpSpec } from "./dumps.ts";
import { figureOf, type Measures } from "./measure.ts";
import type { Peer } from "./peers.ts";

/** What a part of the benchmark looks at. */
export interface Subject {
  readonly dump: Dump;
  readonly spec: DumpSpec;
  readonly peers: Readonly<Record<Peer, string | null>>;
  readonly context: BenchmarkContext;
}

/** A part that can be run by itself. Where it has nothing to say of a dump, it gives no rows. */
export type Part = (subject: Subject) => Promise<ReportRow[]>;

export const heap = (...words: readonly string[]): readonly string[] => [...HEAPTIDE, "heap", ...words];

/** What was measured of each tool, without a goal. */
export function figures({ spec, dump }: Subject, measures: Measures): ReportRow[] {
  return measures.tools.map((tool) => {
    const runs = measures.runs(tool) === 1 ? "one run" : `median of ${measures.runs(tool)}`;
    const what = `${spec.name} (${formatBytes(dump.size)}, ${(dump.objects / 1e6).toFixed(1)} M objects): ${tool}, ${runs}`;
    return {
      what,
      value: figureOf({ time: measures.time(tool), cpu: measures.cpu(tool), memory: measures.memory(tool) }),
      goal: null,
      held: null,
    };
  });
}

/** A figure that shall be at most `goal`; left out where one of the tools was not there. */
export function atMost({ spec }: Subject, what: string, value: number, goal: number, text = value.toFixed(2), unit = ""): ReportRow[] {
  return Number.isNaN(value) ? [] : [{ what: `${spec.name}: ${what}`, value: text, goal: `<= ${goal}${unit}`, held: value <= goal }];
}

/** What has no goal. */
export function plainly({ spec }: Subject, what: string, value: string): ReportRow {
  return { what: `${spec.name}: ${what}`, value, goal: null, held: null };
}

/** A ratio that has no goal; left out where one of the tools was not there. */
export function plainRatio(subject: Subject, what: string, ratio: number): ReportRow[] {
  return Number.isNaN(ratio) ? [] : [plainly(subject, what, ratio.toFixed(2))];
}
