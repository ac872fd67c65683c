import type { HeapReport } from "../analysis/report.ts";

/** Rows of the report that is saved with an index. */
export const SAVED_ROWS = 500;

export function cutReport(report: HeapReport, top: number): HeapReport {
  const { classes, biggest, loaders, packages, threads } = report;
  const cut = <Row>(rows: readonly Row[]): readonly Row[] => rows.slice(0, top);
  return {
    ...report,
    classes: cut(classes),
    biggest: cut(biggest),
    loaders: cut(loaders),
    packages: cut(packages),
    threads: cut(threads),
  };
}
