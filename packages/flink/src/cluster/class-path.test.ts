import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder, resolveClassPath } from "./class-path.ts";
import { findJava } from "./java.ts";

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "heaptide-cache-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

/** A stand-in for Maven that answers with the given jars, as the real one does: into the file that it is told. */
async function mavenThatFinds(jars: string): Promise<void> {
  const script = `#!/bin/sh\nfor a; do case $a in -Dmdep.outputFile=*) printf %s '${jars}' > "\${a#*=}";; esac; done\n`;
  await writeFile(join(cache, "mvn"), script, { mode: 0o755 });
  vi.stubEnv("PATH", `${cache}${delimiter}${process.env.PATH}`);
}

describe("resolveClassPath", () => {
  it("asks Maven once and then keeps to the answer", async () => {
    await writeFile(join(cache, "a.jar"), "");
    await mavenThatFinds(join(cache, "a.jar"));
    const steps: string[] = [];
    const once = await resolveClassPath({ cache, onProgress: (step) => steps.push(step) });
    const twice = await resolveClassPath({ cache, onProgress: (step) => steps.push(step) });
    expect([once, twice]).toEqual([[join(cache, "a.jar")], [join(cache, "a.jar")]]);
    expect(steps).toHaveLength(1);
    expect(await readdir(join(cache, "flink"))).toHaveLength(1);
  });

  it("asks again when a jar of the answer has gone", async () => {
    await writeFile(join(cache, "a.jar"), "");
    await mavenThatFinds(join(cache, "a.jar"));
    await resolveClassPath({ cache });
    await rm(join(cache, "a.jar"));
    await writeFile(join(cache, "b.jar"), "");
    await mavenThatFinds(join(cache, "b.jar"));
    expect(await resolveClassPath({ cache })).toEqual([join(cache, "b.jar")]);
  });

  it("does not take jars that are not there", async () => {
    await mavenThatFinds("/no/such.jar");
    await expect(resolveClassPath({ cache })).rejects.toMatchObject({ code: "FLINK_JARS_UNAVAILABLE" });
  });

  it("says what to install where Maven is missing", async () => {
    await mkdir(join(cache, "empty"));
    vi.stubEnv("PATH", join(cache, "empty"));
    await expect(resolveClassPath({ cache })).rejects.toMatchObject({
      code: "PROGRAM_MISSING",
      next: expect.stringContaining("install maven"),
    });
  });

  it("passes on Maven's first error", async () => {
    await writeFile(join(cache, "mvn"), "#!/bin/sh\necho '[ERROR] Could not find artifact x'\necho '[ERROR] -> [Help 1]'\nexit 1\n", {
      mode: 0o755,
    });
    vi.stubEnv("PATH", `${cache}${delimiter}${process.env.PATH}`);
    await expect(resolveClassPath({ cache })).rejects.toThrow(/Could not find artifact x\.$/);
  });

  it("refuses what is not a version before it reaches a command line", async () => {
    await expect(resolveClassPath({ cache, version: "2.3.0 -Dx=y" })).rejects.toMatchObject({ code: "FLINK_JARS_UNAVAILABLE" });
  });
});

describe("the environment", () => {
  it("names the cache folder, or the home folder does", () => {
    expect(cacheFolder({ HEAPTIDE_CACHE: "/somewhere" })).toBe("/somewhere");
    expect(cacheFolder({})).toMatch(/\.cache.heaptide$/);
  });

  it("names java by JAVA_HOME before PATH, and its absence is a typed error", async () => {
    await mkdir(join(cache, "bin"));
    await writeFile(join(cache, "bin", "java"), "", { mode: 0o755 });
    expect(await findJava({ JAVA_HOME: cache, PATH: "/usr/bin" })).toBe(join(cache, "bin", "java"));
    expect(await findJava({ PATH: join(cache, "bin") })).toBe(join(cache, "bin", "java"));
    await expect(findJava({ PATH: "" })).rejects.toMatchObject({ code: "PROGRAM_MISSING" });
  });
});
