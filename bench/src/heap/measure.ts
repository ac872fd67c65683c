import { execFile } from "node:child_process";
import { copyFile, link, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { formatBytes } from "@heaptide/base";
import { type BenchmarkContext, median } from "../report.ts";
import { HEAPTIDE } from "../whole-process.ts";
import type { Dump, DumpSpec } from "./dumps.ts";
import type { Peer } from "./peers.ts";

const run = promisify(execFile);

export interface Measured {
  /** Milliseconds and bytes. */
  readonly time: number;
  readonly memory: number;
  readonly output: string;
}

/** A whole process, by GNU time. */
export async function measure(words: readonly string[], signal: AbortSignal): Promise<Measured> {
  const began = performance.now();
  const { stdout, stderr } = await run("/usr/bin/time", ["-f", "peak %M", ...words], { signal, maxBuffer: 64 << 20 });
  return { time: performance.now() - began, memory: Number(/peak (\d+)/.exec(stderr)![1]) * 1024, output: stdout };
}

/** What was measured of each tool; medians where it was run more than once, NaN where it was not run. */
export class Measures {
  readonly #byTool = new Map<string, Measured[]>();

  add(tool: string, measured: Measured): void {
    this.#byTool.set(tool, [...(this.#byTool.get(tool) ?? []), measured]);
  }

  get tools(): readonly string[] {
    return [...this.#byTool.keys()];
  }

  time(tool: string): number {
    return median((this.#byTool.get(tool) ?? []).map(({ time }) => time));
  }

  memory(tool: string): number {
    return median((this.#byTool.get(tool) ?? []).map(({ memory }) => memory));
  }

  output(tool: string): string {
    return this.#byTool.get(tool)?.[0]?.output ?? "";
  }
}

const QUERY = "select address(m), retained(m) from java.util.TreeMap m";

/** Each tool on a dump, in turns; then ours with an index that was saved, and within a budget. */
export async function measureDump(
  dump: Dump,
  { name, runs }: DumpSpec,
  peers: Readonly<Record<Peer, string | null>>,
  { signal, progress }: BenchmarkContext,
): Promise<Measures> {
  const measures = new Measures();
  const once = async (tool: string, words: readonly string[], counts = true): Promise<void> => {
    const measured = await measure(words, signal);
    if (counts) measures.add(tool, measured);
    progress(`${name}, ${tool}: ${(measured.time / 1000).toFixed(2)} s, ${formatBytes(measured.memory)}`);
  };
  const heap = [...HEAPTIDE, "heap"];
  const turns: (readonly [tool: string, words: readonly string[]])[] = [
    ["heap histogram", [...heap, "histogram", dump.file, "--json"]],
    ...(peers["hprof-slurp"] ? [["hprof-slurp", [peers["hprof-slurp"], dump.file]] as const] : []),
    ["heap", [...heap, dump.file, "--json"]],
    // Not of the largest one: it would take most of an hour.
    ...(peers["hprof-analyzer"] && name !== "huge"
      ? [["hprof-analyzer", [peers["hprof-analyzer"], dump.file, "--format", "json"]] as const]
      : []),
  ];
  // The page cache has the dump afterwards.
  await once("heap histogram", turns[0]![1], false);
  for (let i = 0; i < runs; i++) for (const [tool, words] of turns) await once(tool, words);

  // The tree of the largest one alone takes two.
  if (name !== "huge") await once("heap --memory 1g", [...heap, dump.file, "--memory", "1g", "--json"]);
  await once("heap --save", [...heap, dump.file, "--save", "--json"]);
  for (let i = 0; i < runs; i++) {
    await once("heap, saved", [...heap, dump.file, "--json"]);
    await once("heap query, saved", [
      ...heap,
      "query",
      dump.file,
      name === "tangled" ? QUERY.replace("java.util.TreeMap", "Tangle*Knot") : QUERY,
      "--json",
    ]);
  }
  return measures;
}

/** Runs `use` with another name for a file: a tool that keeps things beside the dump keeps them there. */
export async function withAlias<T>(file: string, alias: string, use: (file: string) => Promise<T>): Promise<T> {
  await link(file, alias).catch(() => copyFile(file, alias));
  try {
    return await use(alias);
  } finally {
    await rm(alias, { force: true });
  }
}
