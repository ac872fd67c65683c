import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { type Check, ok, warn } from "./check.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Node, the JDKs and Maven. Only Node is needed to watch; the others are for the demo and for clusters of one's own. */
export function checkPrograms(variables: Variables): Check[] {
  return [ok("Node", `${process.versions.node} (${process.execPath})`), checkJava(variables), checkMaven(variables)];
}

function checkJava(variables: Variables): Check {
  const found = javaHomes(variables).map((home) => ({
    home,
    version: javaVersion(home),
    complete: existsSync(path.join(home, "bin", "javac")),
  }));
  const usable = found.filter((java) => java.version !== null);
  const listed = usable.map(({ home, version, complete }) => `${version}${complete ? "" : " (no compiler)"} in ${home}`).join(", ");
  if (usable.some(({ version, complete }) => complete && Number.parseInt(version!, 10) >= 17)) return ok("Java", listed);
  return warn(
    "Java",
    `${listed || "none found"}; the demo needs a JDK of 17 or newer, watching needs none`,
    "sudo apt-get install openjdk-17-jdk-headless   (macOS: brew install openjdk@17)",
  );
}

function checkMaven(variables: Variables): Check {
  const maven = onPath("mvn", variables);
  if (maven) return ok("Maven", maven);
  return warn(
    "Maven",
    "not found; the demo builds its jobs with it, watching does not need it",
    "sudo apt-get install maven   (macOS: brew install maven)",
  );
}

/** JAVA_HOME, the `java` on the PATH, and what the system keeps in its usual places; each once. */
function javaHomes(variables: Variables): string[] {
  const java = onPath("java", variables);
  const homes = [variables["JAVA_HOME"], java && path.dirname(path.dirname(realpathSync(java)))];
  for (const [folder, below] of [
    ["/usr/lib/jvm", ""],
    ["/Library/Java/JavaVirtualMachines", "Contents/Home"],
  ] as const) {
    if (existsSync(folder)) homes.push(...readdirSync(folder).map((name) => path.join(folder, name, below)));
  }
  const real = homes.filter((home) => home !== undefined && home !== "" && existsSync(home)).map((home) => realpathSync(home!));
  return [...new Set(real)];
}

/** From the `release` file that each JDK has: nothing needs to be started. */
function javaVersion(home: string): string | null {
  try {
    return /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(path.join(home, "release"), "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}

function onPath(program: string, variables: Variables): string | undefined {
  const folders = (variables["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}
