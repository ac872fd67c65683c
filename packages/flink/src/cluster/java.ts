import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { HeaptideError } from "@heaptide/base";

/**
 * The `java` that Flink's own scripts would take: JAVA_HOME's, else the first in PATH.
 * @throws PROGRAM_MISSING
 */
export async function findJava(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const home = environment.JAVA_HOME;
  const folders = [...(home ? [join(home, "bin")] : []), ...(environment.PATH ?? "").split(delimiter)];
  for (const folder of folders) {
    const java = join(folder, "java");
    if (await isExecutable(java)) return java;
  }
  throw new HeaptideError("PROGRAM_MISSING", {
    program: "java",
    purpose: "run Flink",
    install: "Install a JDK 17 or newer, on Debian and Ubuntu: apt-get install openjdk-17-jdk-headless",
  });
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
