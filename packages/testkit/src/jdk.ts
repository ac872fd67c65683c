import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A JDK on this machine. */
export interface Jdk {
  readonly home: string;
  /** 17, 25 */
  readonly major: number;
}

/** Every JDK of JAVA_HOME, of the PATH and beneath /usr/lib/jvm, by version; one for each version. */
export function findJdks(): Jdk[] {
  const onPath = (process.env["PATH"] ?? "").split(":").map((folder) => join(folder, "javac"));
  const installed = existsSync("/usr/lib/jvm") ? readdirSync("/usr/lib/jvm").map((name) => `/usr/lib/jvm/${name}/bin/javac`) : [];
  const compilers = [join(process.env["JAVA_HOME"] ?? "", "bin/javac"), ...onPath, ...installed].filter((path) => existsSync(path));
  const homes = new Set(compilers.map((path) => realpathSync(path).replace(/\/bin\/javac$/, "")));
  const byMajor = new Map<number, Jdk>();
  for (const home of homes) {
    const major = majorOf(home);
    if (major !== null && !byMajor.has(major)) byMajor.set(major, { home, major });
  }
  return [...byMajor.values()].sort((a, b) => a.major - b.major);
}

function majorOf(home: string): number | null {
  const text = execFileSync(join(home, "bin/javac"), ["-version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const match = /javac (\d+)/.exec(text);
  return match ? Number(match[1]) : null;
}

/**
 * Every JDK, and what HEAPTIDE_RUNTIMES names besides, with colons in between: Java homes of further versions, which have `java`, `jcmd` and `jfr` and need no compiler.
 * A runtime of a version that a JDK has as well is left out.
 */
export function findRuntimes(): Jdk[] {
  const jdks = findJdks();
  const homes = (process.env["HEAPTIDE_RUNTIMES"] ?? "").split(":").filter((home) => existsSync(join(home, "bin/java")));
  const more = homes.map((home) => ({ home, major: majorIn(readFileSync(join(home, "release"), "utf8")) }));
  return [...jdks, ...more.filter(({ major }) => !jdks.some((jdk) => jdk.major === major))].sort((a, b) => a.major - b.major);
}

/** `JAVA_VERSION="11.0.13"` -> 11 */
const majorIn = (release: string): number => Number(/^JAVA_VERSION="(\d+)/m.exec(release)![1]);

/** Compiles the programs of `java/` that tests run, so that the oldest of these can run them, into a folder of its own. */
export function compileJava(runtimes: readonly Jdk[]): { readonly classes: string; readonly remove: () => void } {
  const sources = join(import.meta.dirname, "java");
  const classes = mkdtempSync(join(tmpdir(), "heaptide-java-"));
  const files = readdirSync(sources).filter((name) => name.endsWith(".java"));
  const compiler = runtimes.map(({ home }) => join(home, "bin/javac")).find((path) => existsSync(path));
  const release = String(Math.min(...runtimes.map(({ major }) => major)));
  execFileSync(compiler!, ["--release", release, "-d", classes, ...files.map((name) => join(sources, name))]);
  // Programs also run as other users.
  execFileSync("chmod", ["-R", "a+rX", classes]);
  return { classes, remove: () => rmSync(classes, { recursive: true, force: true }) };
}

export interface JavaSpec {
  readonly jdk: Jdk;
  readonly classes: string;
  readonly main: string;
  readonly options?: readonly string[];
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What starts it, instead of nothing: `["setpriv", "--reuid", "65534", ...]`. */
  readonly prefix?: readonly string[];
  readonly workingFolder?: string;
}

/** A JVM that printed "ready". */
export interface RunningJava {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>;
}

/** @throws with all it printed where it ends before it is ready. */
export async function startJava(spec: JavaSpec): Promise<RunningJava> {
  const java = [join(spec.jdk.home, "bin/java"), "-Xmx64m", ...(spec.options ?? []), "-cp", spec.classes, spec.main, ...(spec.args ?? [])];
  const [command, ...args] = [...(spec.prefix ?? []), ...java];
  const child = spawn(command!, args, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: spec.workingFolder ?? tmpdir(),
    env: { ...process.env, ...spec.environment },
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const pid = await readyPid(child);
  return {
    pid,
    process: child,
    async stop() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** Each program prints "ready <pid>" with the pid that it believes to have; a prefix that forks says ours by the child. */
function readyPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (/^ready /m.test(output)) resolve(child.pid!);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`The JVM ended before it was ready:\n${output}`)));
  });
}
