import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBytes, formatDuration, isHeaptideError, type Millis } from "@heaptide/base";
import { openDump, reportHeap } from "@heaptide/hprof";
import { findJdks } from "@heaptide/testkit";
import { compilePrograms, dumpOf, type DumpSpec } from "./heap/dumps.ts";
import { randomOf } from "./fuzz/mutate.ts";
import type { BenchmarkContext, Report } from "./report.ts";

const SPEC: DumpSpec = { name: "cut", program: "Mix", thousands: 20, heap: "512m", runs: 1, disk: 1e8 };
/** Fewer where the variable CUTS says so. */
const CUTS = Number(process.env["CUTS"] ?? 1000);
const SEED = 8;
/** Of one analysis. A whole one takes a fraction of a second. */
const PATIENCE: Millis = 20_000 as Millis;

/** What came of one cut: how many objects there were, or why there was no answer. */
type Outcome = { readonly objects: number; readonly told: boolean } | { readonly code: string };

/** The dump of a real JVM, cut at random places: each must give a part of the answer that says it is one, or a typed error. */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const jdk = findJdks()[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "heaptide-bench-cut-"));
  try {
    await compilePrograms(jdk, folder);
    const whole = await readFile((await dumpOf(jdk, folder, SPEC)).file);
    const random = randomOf(SEED);
    const places = Array.from({ length: CUTS }, () => random(whole.length)).toSorted((a, b) => a - b);
    const outcomes: Outcome[] = [];
    let longest = 0;
    for (const place of places) {
      signal.throwIfAborted();
      const began = performance.now();
      outcomes.push(await outcomeOf(whole.subarray(0, place)));
      longest = Math.max(longest, performance.now() - began);
      if (outcomes.length % 50 === 0) progress(`${outcomes.length} of ${CUTS} cuts`);
    }
    return reportOf(outcomes, longest as Millis, whole.length, jdk.major);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(cut: Uint8Array): Promise<Outcome> {
  try {
    const { reader } = await openDump(cut);
    const { missing, totals } = await reportHeap(reader);
    return { objects: totals.objects, told: missing.cut !== null };
  } catch (error) {
    if (isHeaptideError(error)) return { code: error.code };
    throw error;
  }
}

function reportOf(outcomes: readonly Outcome[], longest: Millis, size: number, major: number): Report {
  const answers = outcomes.flatMap((outcome) => ("objects" in outcome ? [outcome] : []));
  const untold = answers.filter(({ told }) => !told).length;
  const fewer = answers.filter(({ objects }, i) => objects < (answers[i - 1]?.objects ?? 0)).length;
  const codes = Map.groupBy(
    outcomes.flatMap((outcome) => ("code" in outcome ? [outcome.code] : [])),
    (code) => code,
  );
  const none = (what: string, count: number) => ({ what, value: String(count), goal: "0", held: count === 0 });
  const plain = (what: string, value: string) => ({ what, value, goal: null, held: null });
  return {
    title: "Dumps cut at random places",
    conditions: `${CUTS} places of a dump of ${formatBytes(size)}, JDK ${major}, Node ${process.versions.node}`,
    rows: [
      none("exceptions that are no typed error", 0),
      none("answers that do not say that something is missing", untold),
      none("cuts with fewer objects than one before them", fewer),
      { what: "longest", value: formatDuration(longest), goal: `<= ${formatDuration(PATIENCE)}`, held: longest <= PATIENCE },
      plain("answers in part", String(answers.length)),
      ...[...codes].map(([code, found]) => plain(`refused: ${code}`, String(found.length))),
    ],
  };
}
