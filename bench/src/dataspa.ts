import type { BenchmarkContext, Report } from "./report.ts";
import * as actions from "./dataspa/actions.ts";
import * as enrichment from "./dataspa/enrichment.ts";
import * as throughput from "./dataspa/throughput.ts";

/** All that is measured of the data platform, one after the other; each has a benchmark of its own too. */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const reports: Report[] = [];
  for (const part of [throughput, enrichment, actions]) reports.push(await part.benchmark(context));
  return {
    title: "dataspa",
    conditions: reports.map(({ conditions }) => conditions).join("; "),
    rows: reports.flatMap(({ rows }) => rows),
  };
}
