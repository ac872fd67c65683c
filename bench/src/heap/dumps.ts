import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Jdk } from "@heaptide/testkit";
import { MIX, TANGLE } from "./programs.ts";

const run = promisify(execFile);

/** A dump to measure: the program that makes it, with its number of thousands, and how often each tool looks at it. */
export interface DumpSpec {
  readonly name: "small" | "large" | "tangled" | "huge" | "cut";
  readonly program: "Mix" | "Tangle";
  readonly thousands: number;
  readonly heap: string;
  readonly runs: number;
  /** Bytes of disk that must be free, for the dump and for what tools keep beside it. */
  readonly disk: number;
}

const GB = 1e9;

export const DUMPS: readonly DumpSpec[] = [
  { name: "small", program: "Mix", thousands: 360, heap: "3g", runs: 3, disk: 1.5 * GB },
  { name: "large", program: "Mix", thousands: 1950, heap: "6g", runs: 1, disk: 7 * GB },
  { name: "tangled", program: "Tangle", thousands: 3000, heap: "3g", runs: 1, disk: 2 * GB },
  { name: "huge", program: "Mix", thousands: 5700, heap: "12g", runs: 1, disk: 20 * GB },
];

export interface Dump {
  readonly file: string;
  readonly size: number;
  /** As the JVM's own class histogram has them. */
  readonly objects: number;
  readonly bytes: number;
}

export async function compilePrograms(jdk: Jdk, folder: string): Promise<void> {
  const sources = { Mix: MIX, Tangle: TANGLE };
  for (const [name, source] of Object.entries(sources)) await writeFile(join(folder, `${name}.java`), source);
  const files = Object.keys(sources).map((name) => join(folder, `${name}.java`));
  await run(join(jdk.home, "bin/javac"), ["-d", folder, ...files]);
}

export async function hasRoomFor({ disk }: DumpSpec, folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize > disk;
}

/** The dump of a specification: one that was made there before, or a new one. */
export async function dumpOf(jdk: Jdk, folder: string, spec: DumpSpec): Promise<Dump> {
  const file = join(folder, `${spec.name}.hprof`);
  const notes = join(folder, `${spec.name}.json`);
  if (existsSync(file) && existsSync(notes)) return { ...(JSON.parse(await readFile(notes, "utf8")) as Omit<Dump, "file">), file };
  const dump = await makeDump(jdk, folder, file, spec);
  await writeFile(notes, JSON.stringify(dump));
  return dump;
}

async function makeDump(jdk: Jdk, folder: string, file: string, { program, thousands, heap }: DumpSpec): Promise<Dump> {
  const java = spawn(join(jdk.home, "bin/java"), [`-Xmx${heap}`, "-XX:+UseParallelGC", "-cp", folder, program, String(thousands)]);
  try {
    await new Promise((resolve, reject) => {
      java.stdout.once("data", resolve);
      java.once("close", () => reject(new Error("The program ended before its dump was made.")));
    });
    const jcmd = async (...words: string[]): Promise<string> => (await run(join(jdk.home, "bin/jcmd"), [`${java.pid}`, ...words])).stdout;
    await jcmd("GC.heap_dump", file);
    const [, objects, bytes] = /^Total +(\d+) +(\d+)/m.exec(await jcmd("GC.class_histogram"))!.map(Number) as [number, number, number];
    return { file, size: (await stat(file)).size, objects, bytes };
  } finally {
    java.kill("SIGKILL");
  }
}
