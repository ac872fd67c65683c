import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBytes } from "@heaptide/base";
import { findJdks } from "@heaptide/testkit";
import type { BenchmarkContext, Report, ReportRow } from "../report.ts";
import { compilePrograms, DUMPS, type Dump, type DumpSpec, hasRoomFor, makeDump } from "./dumps.ts";
import { compareLargest } from "./largest.ts";
import { measureDump, type Measures } from "./measure.ts";
import { findPeers } from "./peers.ts";

/** Of hprof-slurp's time and memory, of hprof-analyzer's; bytes for each object; seconds to reopen a saved index, and for a query on it. */
const GOALS = {
  histogramTime: 0.5,
  histogramMemory: 0.5,
  analysisTime: 0.2,
  analysisMemory: 0.8,
  perObject: 25,
  reopen: { small: 0.16, large: 0.3, tangled: 0.3, huge: null },
  query: 1,
  budget: 2 ** 30,
} as const;

/**
 * `heaptide heap histogram` beside hprof-slurp, `heaptide heap` beside hprof-analyzer, then ours with a saved index and within a budget: whole processes
 * in turns, dumps from a real JVM. PEERS=<folder> says where the two others are, or shall be built; without it ours runs alone. DUMPS=small,tangled
 * takes some of the dumps only. Linux only, for the memory of processes; needs GNU time, and disk for the dumps: those that do not fit are left out.
 */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const jdk = findJdks()[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const peers = await findPeers(context);
  const folder = await mkdtemp(join(tmpdir(), "heaptide-bench-heap-"));
  const wanted = process.env["DUMPS"]?.split(",");
  const rows: ReportRow[] = [];
  try {
    await compilePrograms(jdk, folder);
    for (const spec of DUMPS.filter(({ name }) => wanted === undefined || wanted.includes(name))) {
      if (!(await hasRoomFor(spec, folder))) {
        rows.push({
          what: `${spec.name} dump`,
          value: `left out: less than ${formatBytes(spec.disk)} of disk are free`,
          goal: null,
          held: null,
        });
        continue;
      }
      context.progress(`making the ${spec.name} dump`);
      const dump = await makeDump(jdk, folder, spec);
      rows.push(...rowsOf(dump, spec, await measureDump(dump, spec, peers, context)));
      if (spec.name === "small" && peers["hprof-analyzer"]) rows.push(await compareLargest(dump, peers["hprof-analyzer"], context));
      await rm(dump.file);
      await rm(`${dump.file}.heaptide`, { force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const alone = peers["hprof-slurp"] && peers["hprof-analyzer"] ? "" : ", without the other tools: PEERS=<folder> builds them";
  return {
    title: "Heap dumps",
    conditions: `dumps of JDK ${jdk.major}, Node ${process.versions.node}, alternating runs, whole processes${alone}`,
    rows,
  };
}

function rowsOf(dump: Dump, { name, runs }: DumpSpec, measures: Measures): ReportRow[] {
  const title = `${name} (${formatBytes(dump.size)}, ${(dump.objects / 1e6).toFixed(1)} M objects, ${runs === 1 ? "one run" : `medians of ${runs}`})`;
  const figures = measures.tools.map((tool) => ({
    what: `${title}: ${tool}`,
    value: `${(measures.time(tool) / 1000).toFixed(2)} s, ${formatBytes(measures.memory(tool))}`,
    goal: null,
    held: null,
  }));
  return [...figures, ...goalRows(dump, name, measures)].filter(({ value }) => !value.includes("NaN"));
}

function goalRows(dump: Dump, name: DumpSpec["name"], measures: Measures): ReportRow[] {
  const at = (what: string, value: number, goal: number, text: string, unit = ""): ReportRow => ({
    what: `${name}: ${what}`,
    value: text,
    goal: `<= ${goal}${unit}`,
    held: value <= goal,
  });
  const ratio = (what: string, ours: number, theirs: number, goal: number): ReportRow =>
    at(what, ours / theirs, goal, (ours / theirs).toFixed(2));
  const seconds = (what: string, tool: string, goal: number): ReportRow =>
    at(what, measures.time(tool) / 1000, goal, `${(measures.time(tool) / 1000).toFixed(2)} s`, " s");
  const { bytes } = JSON.parse(measures.output("heap histogram")) as { readonly bytes: number };
  const off = (100 * Math.abs(bytes - dump.bytes)) / dump.bytes;
  const perObject = measures.memory("heap") / dump.objects;
  const budget = measures.memory("heap --memory 1g");
  const slower = measures.time("heap --memory 1g") / measures.time("heap");
  const reopen = GOALS.reopen[name];
  return [
    ratio("histogram, time of hprof-slurp's", measures.time("heap histogram"), measures.time("hprof-slurp"), GOALS.histogramTime),
    ratio("histogram, memory of hprof-slurp's", measures.memory("heap histogram"), measures.memory("hprof-slurp"), GOALS.histogramMemory),
    at("histogram, off the JVM's own", off, 0.1, `${off.toFixed(4)} %`, " %"),
    ratio("analysis, time of hprof-analyzer's", measures.time("heap"), measures.time("hprof-analyzer"), GOALS.analysisTime),
    ratio("analysis, memory of hprof-analyzer's", measures.memory("heap"), measures.memory("hprof-analyzer"), GOALS.analysisMemory),
    at("analysis, bytes an object", perObject, GOALS.perObject, perObject.toFixed(1)),
    ...(name === "huge" ? [] : [{ ...at("analysis within --memory 1g", budget, GOALS.budget, formatBytes(budget)), goal: "<= 1 GiB" }]),
    { what: `${name}: analysis within --memory 1g, slower by`, value: slower.toFixed(2), goal: null, held: null },
    ...(reopen === null ? [] : [seconds("saved index, reopened with its report", "heap, saved", reopen)]),
    seconds("saved index, retained size of every object of a class", "heap query, saved", GOALS.query),
  ];
}
