import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A jar of Maven Central, for tests with somebody else's agent in a JVM. Fetched once, and kept beside what Heaptide's launcher keeps.
 * @param coordinates `group:artifact:version` or `group:artifact:version:jar:classifier`
 */
export async function mavenJar(coordinates: string): Promise<string> {
  const [, artifact, version, , classifier] = coordinates.split(":");
  const folder = join(process.env["HEAPTIDE_CACHE"] || join(homedir(), ".cache", "heaptide"), "jars");
  const jar = join(folder, `${artifact}-${version}${classifier === undefined ? "" : `-${classifier}`}.jar`);
  if (existsSync(jar)) return jar;
  mkdirSync(folder, { recursive: true });
  const words = ["--batch-mode", "--quiet", "--no-transfer-progress", "dependency:copy", `-Dartifact=${coordinates}`];
  await run("mvn", [...words, `-DoutputDirectory=${folder}`], { cwd: folder });
  return jar;
}
