import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, link, rm } from "node:fs/promises";
import { formatBytes } from "@heaptide/base";
import { median } from "../report.ts";
import type { Subject } from "./part.ts";

export interface Measured {
  /** Milliseconds by the clock; seconds of processor time, all threads; bytes. */
  readonly time: number;
  readonly cpu: number;
  readonly memory: number;
  readonly output: string;
}

/** Of what a process prints; a report on a list of millions may be as long. */
const MOST_OUTPUT = 64 << 20;

/** A whole process, by GNU time. */
export async function measure(words: readonly string[], signal: AbortSignal): Promise<Measured> {
  const began = performance.now();
  const child = spawn("/usr/bin/time", ["-f", "peak %M cpu %U %S", ...words], { signal, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  await once(child, "close");
  const time = performance.now() - began;
  const said = await stderr;
  if (child.exitCode !== 0) throw new Error(`${words.join(" ")} ended with code ${child.exitCode}: ${said.slice(-2000)}`);
  const [memory = NaN, user = NaN, system = NaN] = /peak (\d+) cpu ([\d.]+) ([\d.]+)/.exec(said)!.slice(1).map(Number);
  return { time, cpu: user + system, memory: memory * 1024, output: await stdout };
}

/** What is beyond the bound is read, and dropped. */
async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (length < MOST_OUTPUT) kept.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(kept).toString();
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
    return this.#median(tool, ({ time }) => time);
  }

  cpu(tool: string): number {
    return this.#median(tool, ({ cpu }) => cpu);
  }

  memory(tool: string): number {
    return this.#median(tool, ({ memory }) => memory);
  }

  output(tool: string): string {
    return this.#byTool.get(tool)?.[0]?.output ?? "";
  }

  /** How often each was run. */
  runs(tool: string): number {
    return this.#byTool.get(tool)?.length ?? 0;
  }

  #median(tool: string, of: (measured: Measured) => number): number {
    return median((this.#byTool.get(tool) ?? []).map(of));
  }
}

/** A tool by the words that start it; null where it is not there. */
export type Turn = readonly [tool: string, words: readonly string[] | null];

/** Each tool `runs` times, in turns, once before that for the page cache where there is more than one of them. */
export async function measureInTurns({ spec, context }: Subject, turns: readonly Turn[], runs: number): Promise<Measures> {
  const measures = new Measures();
  const there = turns.flatMap(([tool, words]) => (words ? [{ tool, words }] : []));
  if (there.length > 1) await measure(there[0]!.words, context.signal);
  for (let i = 0; i < runs; i++) {
    for (const { tool, words } of there) {
      const measured = await measure(words, context.signal);
      measures.add(tool, measured);
      context.progress(`${spec.name}, ${tool}: ${figureOf(measured)}`);
    }
  }
  return measures;
}

export function figureOf({ time, cpu, memory }: Pick<Measured, "time" | "cpu" | "memory">): string {
  return `${(time / 1000).toFixed(2)} s, ${cpu.toFixed(2)} s of CPU, ${formatBytes(memory)}`;
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
