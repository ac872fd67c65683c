/** What every benchmark returns. */
export interface Report {
  readonly title: string;
  /** What it was run on and how often, in a line. */
  readonly conditions: string;
  readonly rows: readonly ReportRow[];
}

export interface ReportRow {
  readonly what: string;
  /** With its unit. */
  readonly value: string;
  readonly goal: string | null;
  /** null where there is no goal. */
  readonly held: boolean | null;
}

export interface BenchmarkContext {
  readonly signal: AbortSignal;
  /** What goes on, on stderr. */
  readonly progress: (said: string) => void;
}

export type Benchmark = (context: BenchmarkContext) => Promise<Report>;

/** A Markdown table: what docs/results.md holds is what was printed. */
export function formatReport(report: Report): string {
  const header = ["what", "measured", "goal", "held"];
  const rows = report.rows.map((row) => [row.what, row.value, row.goal ?? "", row.held === null ? "" : row.held ? "yes" : "no"]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  return [
    `${report.title}: ${report.conditions}.`,
    "",
    line(header),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
  ].join("\n");
}

/** @returns NaN for no values */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
