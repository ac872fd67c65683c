import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBytes } from "@heaptide/base";
import { findJdks, type Jdk } from "@heaptide/testkit";
import type { BenchmarkContext, Report, ReportRow } from "../report.ts";
import { analysis } from "./analysis.ts";
import { browser } from "./browser.ts";
import { compilePrograms, dumpOf, DUMPS, type DumpSpec, hasRoomFor } from "./dumps.ts";
import { histogram } from "./histogram.ts";
import { largest } from "./largest.ts";
import { memory } from "./memory.ts";
import type { Part, Subject } from "./part.ts";
import { findPeers } from "./peers.ts";
import { saved } from "./saved.ts";

const PARTS: Readonly<Record<string, Part>> = { histogram, analysis, saved, memory, largest, browser };

/**
 * Ours beside hprof-slurp and hprof-analyzer, then with a saved index, within a budget, and in the browser: whole processes in turns, dumps from a
 * real JVM. What it shall do is said by variables: PEERS=<folder> where the two others are, or shall be built (without it ours runs alone),
 * PARTS=histogram,saved and DUMPS=small,large some of it only, DUMP_FOLDER=<folder> where dumps are kept for the next time. Linux only, for the
 * memory of processes; needs GNU time, and disk for the dumps: those that do not fit are left out. All of it takes some 12 minutes.
 */
export async function benchmark(context: BenchmarkContext): Promise<Report> {
  const jdk = findJdks()[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const peers = await findPeers(context);
  const kept = process.env["DUMP_FOLDER"];
  const folder = kept ?? (await mkdtemp(join(tmpdir(), "heaptide-bench-heap-")));
  const rows: ReportRow[] = [];
  try {
    await mkdir(folder, { recursive: true });
    await compilePrograms(jdk, folder);
    for (const spec of DUMPS.filter(({ name }) => isWanted("DUMPS", name))) {
      rows.push(...(await measureDump(jdk, folder, spec, { peers, context })));
      if (kept === undefined) await rm(join(folder, `${spec.name}.hprof`), { force: true });
    }
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
  const alone = peers["hprof-slurp"] && peers["hprof-analyzer"] ? "" : ", without the other tools: PEERS=<folder> builds them";
  return {
    title: "Heap dumps",
    conditions: `dumps of JDK ${jdk.major}, Node ${process.versions.node}, alternating runs, whole processes${alone}`,
    rows,
  };
}

async function measureDump(jdk: Jdk, folder: string, spec: DumpSpec, outside: Pick<Subject, "peers" | "context">): Promise<ReportRow[]> {
  if (!(await hasRoomFor(spec, folder))) {
    const value = `left out: less than ${formatBytes(spec.disk)} of disk are free`;
    return [{ what: `${spec.name} dump`, value, goal: null, held: null }];
  }
  outside.context.progress(`the ${spec.name} dump`);
  const dump = await dumpOf(jdk, folder, spec);
  // What was left there by a run that was ended.
  await rm(`${dump.file}.heaptide`, { force: true });
  const rows: ReportRow[] = [];
  for (const [name, part] of Object.entries(PARTS)) if (isWanted("PARTS", name)) rows.push(...(await part({ dump, spec, ...outside })));
  return rows;
}

/** Whether a variable, where it is set, lists a name. */
function isWanted(variable: "PARTS" | "DUMPS", name: string): boolean {
  return process.env[variable]?.split(",").includes(name) ?? true;
}
