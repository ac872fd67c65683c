/**
 * `npm run bench <name> [-- --json]`: measures one thing side by side with what it is compared to, alternating, and prints medians and ratios.
 * Exit code 1 when a goal is missed: a figure that is not met is still printed.
 */
import { type Benchmark, formatReport } from "./report.ts";

const BENCHMARKS: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  "dataspa-actions": () => import("./dataspa/actions.ts"),
  "dataspa-enrichment": () => import("./dataspa/enrichment.ts"),
  "dataspa-throughput": () => import("./dataspa/throughput.ts"),
  "fuzz-hprof": () => import("./fuzz-hprof.ts"),
  "cut-hprof": () => import("./cut-hprof.ts"),
  dataspa: () => import("./dataspa.ts"),
  engine: () => import("./engine.ts"),
  "fuzz-jfr": () => import("./fuzz-jfr.ts"),
  heap: () => import("./heap/heap.ts"),
  chaos: () => import("./chaos.ts"),
  histogram: () => import("./histogram.ts"),
  ingest: () => import("./ingest.ts"),
  jfr: () => import("./jfr.ts"),
  overhead: () => import("./overhead.ts"),
  ps: () => import("./ps.ts"),
  web: () => import("./web.ts"),
};

const [name = "", ...words] = process.argv.slice(2);
const load = BENCHMARKS[name];
if (load === undefined) {
  process.stderr.write(`There is no benchmark ${JSON.stringify(name)}.\n  next: npm run bench ${Object.keys(BENCHMARKS).join(" | ")}\n`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());

const { benchmark } = await load();
const report = await benchmark({ signal: stopping.signal, progress: (said) => void process.stderr.write(`${said}\n`) });
process.stdout.write(`${words.includes("--json") ? JSON.stringify(report, undefined, 2) : formatReport(report)}\n`);
process.exitCode = report.rows.some((row) => row.held === false) ? 1 : 0;
