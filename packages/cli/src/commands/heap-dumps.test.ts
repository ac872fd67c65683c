import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment } from "../environment.ts";
import { run } from "../run.ts";
import { terminalOf } from "../terminal.ts";

/** The commands on dumps of a real JVM that keeps more and more in a static list. */
const jdk = findJdks().at(-1);
const execute = promisify(execFile);

async function heaptide(...words: readonly string[]) {
  const context = {
    environment: readEnvironment({}),
    terminal: terminalOf({ write: () => true }, {}),
    progress: { update() {}, line() {}, clear() {} },
    signal: new AbortController().signal,
  };
  return run(words, context, "test");
}

/** @returns what `--json` prints */
async function heaptideJson(...words: readonly string[]) {
  const { output, complaint, exitCode } = await heaptide(...words, "--json");
  expect(complaint).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(output);
}

describe.skipIf(jdk === undefined)("heaptide heap on dumps of a real JVM (skipped without a JDK)", () => {
  let folder: string;
  let before: string;
  let after: string;
  let removeClasses: () => void;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heaptide-heap-commands-"));
    [before, after] = [join(folder, "before.hprof"), join(folder, "after.hprof")];
    const compiled = compileJava([jdk!]);
    removeClasses = compiled.remove;
    const java = await startJava({ jdk: jdk!, classes: compiled.classes, main: "Keeper", args: ["5000", "500", "2000"] });
    try {
      const dump = (file: string) => execute(join(jdk!.home, "bin/jcmd"), [`${java.pid}`, "GC.heap_dump", file]);
      await dump(before);
      await setTimeout(1000);
      await dump(after);
    } finally {
      await java.stop();
    }
  });
  afterAll(async () => {
    removeClasses?.();
    await rm(folder, { recursive: true, force: true });
  });

  it("says what grew between two dumps: class, place, object", async () => {
    const { classes, holders, objects, dumps } = await heaptideJson("heap", "diff", before, after);
    expect(dumps).toMatchObject([
      { name: before, whole: true },
      { name: after, whole: true },
    ]);
    const kept = classes.find((row: { class: string }) => row.class === "Keeper$Kept");
    expect(kept.instances[1] - kept.instances[0]).toBeGreaterThan(200);
    const place = holders.find((row: { class: string }) => row.class === "Keeper$Kept");
    expect(place).toMatchObject({ holder: "static Keeper.KEPT", instances: kept.instances });
    expect(place.path.steps.map((step: { by: { name: string } | null }) => step.by?.name)).toContain("elementData");
    const list = objects.find((row: { path: string }) => row.path === "static Keeper.KEPT");
    expect(list).toMatchObject({ class: "java.util.ArrayList" });
    expect(list.matched).toMatch(/id|path/);

    const { output } = await heaptide("heap", "diff", before, after, "--top", "8");
    expect(output).toMatch(/\+[\d,]+ +\+[\d.]+ KiB +\+[\d.]+ [KM]iB +Keeper\$Kept +static Keeper.KEPT › elementData › \[…\]/);
  });

  it("refuses to compare a dump with itself, or with nothing", async () => {
    expect((await heaptide("heap", "diff", before, before)).complaint).toContain("[HEAP_DUMPS_ALIKE]");
    expect((await heaptide("heap", "diff", before)).complaint).toContain("missing required argument");
    expect((await heaptide("heap", "diff", before, join(folder, "none.hprof"))).complaint).toContain("[HEAP_DUMP_UNREADABLE]");
  });
});
