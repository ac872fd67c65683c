import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { HeaptideError } from "@heaptide/base";

const POM = fileURLToPath(new URL("../../class-path/pom.xml", import.meta.url));
const run = promisify(execFile);

/** The version that is started where none is named. */
export const DEFAULT_FLINK_VERSION = "2.3.0";

export interface ClassPathOptions {
  readonly version?: string;
  /** Folder of the cached answers; by default `cacheFolder()`. */
  readonly cache?: string;
  readonly onProgress?: (step: string) => void;
  readonly signal?: AbortSignal;
}

/** Where Heaptide keeps what can be fetched again: `HEAPTIDE_CACHE`, or `~/.cache/heaptide`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.HEAPTIDE_CACHE || join(homedir(), ".cache", "heaptide");
}

/**
 * The jars of a Flink cluster, in class-path order, as absolute paths in Maven's local repository.
 *
 * Maven is asked once for a version and a POM (some seconds, and about 90 MB from Maven Central the first time); the answer is kept, and
 * used as long as all of its jars are still there.
 *
 * @throws PROGRAM_MISSING without Maven, FLINK_JARS_UNAVAILABLE when Maven cannot resolve them.
 */
export async function resolveClassPath(options: ClassPathOptions = {}): Promise<readonly string[]> {
  const { version = DEFAULT_FLINK_VERSION, cache = cacheFolder(), onProgress, signal } = options;
  if (!/^\d+\.\d+(\.\d+)?$/.test(version)) {
    throw new HeaptideError("FLINK_JARS_UNAVAILABLE", { version, cause: "a version reads like 2.3.0" });
  }
  const pom = createHash("sha256")
    .update(await readFile(POM))
    .digest("hex")
    .slice(0, 12);
  const answer = join(cache, "flink", `class-path-${version}-${pom}.txt`);

  const known = await readAnswer(answer);
  if (known !== undefined) return known;

  onProgress?.(`resolving the class path of Flink ${version} with Maven, once`);
  await mkdir(join(cache, "flink"), { recursive: true });
  const fresh = `${answer}.${process.pid}.${performance.now()}`;
  try {
    await askMaven(version, fresh, signal);
    // By rename: a second process sees the whole answer or none.
    await rename(fresh, answer);
  } finally {
    await rm(fresh, { force: true });
  }
  const resolved = await readAnswer(answer);
  if (resolved === undefined) {
    throw new HeaptideError("FLINK_JARS_UNAVAILABLE", { version, cause: "Maven named jars that are not in its repository" });
  }
  return resolved;
}

/** @returns `undefined` where nothing is cached, or a jar of it has gone. */
async function readAnswer(file: string): Promise<readonly string[] | undefined> {
  try {
    const jars = (await readFile(file, "utf8")).trim().split(delimiter);
    await Promise.all(jars.map((jar) => access(jar)));
    return jars;
  } catch {
    return undefined;
  }
}

async function askMaven(version: string, outputFile: string, signal: AbortSignal | undefined): Promise<void> {
  const goal = ["dependency:build-classpath", "-DincludeScope=runtime", `-Dflink.version=${version}`, `-Dmdep.outputFile=${outputFile}`];
  try {
    await run("mvn", ["--batch-mode", "--quiet", "--no-transfer-progress", "--file", POM, ...goal], {
      signal,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    signal?.throwIfAborted();
    const failure = error as NodeJS.ErrnoException & { stdout?: string };
    if (failure.code === "ENOENT") {
      throw new HeaptideError("PROGRAM_MISSING", {
        program: "mvn (Maven)",
        purpose: "fetch Flink's jars",
        install: "Install Maven 3.8 or newer, on Debian and Ubuntu: apt-get install maven",
      });
    }
    throw new HeaptideError(
      "FLINK_JARS_UNAVAILABLE",
      { version, cause: firstMavenError(failure.stdout ?? failure.message) },
      { cause: error },
    );
  }
}

/** Maven repeats its first error in ten lines of advice; one is enough. */
function firstMavenError(output: string): string {
  const line = output.split("\n").find((text) => text.includes("[ERROR]")) ?? output.split("\n")[0] ?? "";
  return line
    .replace(/\u001b\[[\d;]*m/g, "")
    .replace(/^\[ERROR\]\s*/, "")
    .slice(0, 400);
}
