import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { resolveClassPath } from "./class-path.ts";
import { findJava } from "./java.ts";

const SOURCE = fileURLToPath(new URL("../../test-job/CountingJob.java", import.meta.url));
const run = promisify(execFile);

/** Test only: compiles test-job/CountingJob.java against a version of Flink. @returns the path of its jar, in `directory`. */
export async function buildCountingJob(version: string, directory: string): Promise<string> {
  const tools = dirname(await findJava());
  const classes = join(directory, "classes");
  const jar = join(directory, "counting-job.jar");
  await mkdir(classes, { recursive: true });
  const classPath = (await resolveClassPath({ version })).join(":");
  await run(join(tools, "javac"), ["--release", "11", "-nowarn", "-cp", classPath, "-d", classes, SOURCE]);
  await run(join(tools, "jar"), ["--create", "--file", jar, "-C", classes, "."]);
  return jar;
}
