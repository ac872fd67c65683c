// The Java modules: the Flink jobs, which must be in the JVM. Built by Maven, and only where a source is newer than what was built.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Missing, runQuietly, step } from "./step.mjs";

const MODULES = [
  { folder: "dataspa/jobs", jar: "dataspa-jobs.jar" },
  { folder: "lab/jobs", jar: "lab-jobs.jar" },
];

export async function setUpJars(root, javaHome, lock) {
  for (const { folder, jar } of MODULES) {
    const module = path.join(root, folder);
    if (!existsSync(path.join(module, "pom.xml")) || isBuilt(module, jar)) continue;
    await lock.acquire();
    if (isBuilt(module, jar)) continue;
    const maven = findMaven();
    const sources = hashOfSources(module);
    await step(`${folder} (Maven)`, () =>
      runQuietly(maven, ["-q", "-B", "-ntp", "-Dstyle.color=never", "-DskipTests", "package"], {
        cwd: module,
        env: { ...process.env, JAVA_HOME: javaHome },
        next: `cd ${folder} && mvn package`,
      }),
    );
    // The hash from before the build: a file saved meanwhile is built the next time.
    mkdirSync(path.join(module, "target"), { recursive: true });
    writeFileSync(stampOf(module), sources);
  }
}

function isBuilt(module, jar) {
  if (!existsSync(path.join(module, "target", jar)) || !existsSync(stampOf(module))) return false;
  return readFileSync(stampOf(module), "utf8") === hashOfSources(module);
}

function stampOf(module) {
  return path.join(module, "target", "built-from.sha256");
}

/** Contents, not times: a fresh clone or a switched branch has new times and often the old contents. */
function hashOfSources(module) {
  const hash = createHash("sha256");
  for (const file of [path.join(module, "pom.xml"), ...filesIn(path.join(module, "src", "main"))]) {
    hash.update(`${path.relative(module, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}

function findMaven() {
  const name = process.platform === "win32" ? "mvn.cmd" : "mvn";
  const folders = [process.env.MAVEN_HOME && path.join(process.env.MAVEN_HOME, "bin"), ...(process.env.PATH ?? "").split(path.delimiter)];
  const maven = folders
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
  if (maven) return maven;
  const how =
    process.platform === "darwin" ? "brew install maven" : "sudo apt-get install maven   (or https://maven.apache.org/install.html)";
  throw new Missing("Maven is needed to build the Flink jobs, and there is no `mvn` on the PATH.", how);
}
