import { compileJava, findRuntimes, startJava } from "@heaptide/testkit";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classRows, dumpHistogram, holdersOf, openDump, reportHeap } from "./index.ts";

/*
 * Dumps that real JVMs write here and now, compared with their own class histograms.
 */
const run = promisify(execFile);
const jdks = findRuntimes();
const PATIENCE = { timeout: 120_000 };
/** A thousand, of a larger dump: `npm run bench cut-hprof`. */
const CUTS = 24;

/** `from`: the first version that has it; ZGC was an experiment before 15. */
const WAYS = [
  { name: "Serial", options: ["-XX:+UseSerialGC"], gzip: false, from: 8 },
  { name: "Parallel", options: ["-XX:+UseParallelGC"], gzip: false, from: 8 },
  { name: "Parallel, without compressed references", options: ["-XX:+UseParallelGC", "-XX:-UseCompressedOops"], gzip: false, from: 8 },
  { name: "G1, gzipped", options: ["-XX:+UseG1GC"], gzip: true, from: 17 },
  { name: "ZGC", options: ["-XX:+UseZGC"], gzip: false, from: 15 },
];

describe.skipIf(jdks.length === 0)("dumps of real JVMs", () => {
  let classes: string;
  let removeClasses: () => void;
  let folder: string;

  beforeAll(async () => {
    ({ classes, remove: removeClasses } = compileJava(jdks));
    folder = await mkdtemp(join(tmpdir(), "heaptide-hprof-"));
  });
  afterAll(async () => {
    removeClasses();
    await rm(folder, { recursive: true, force: true });
  });

  const cases = jdks.flatMap((jdk) =>
    WAYS.filter(({ from }) => jdk.major >= from).map((way) => ({ ...way, jdk, title: `JDK ${jdk.major}, ${way.name}` })),
  );

  it.each(cases)("add up to the JVM's own histogram, and name the leak: $title", PATIENCE, async ({ jdk, name, options, gzip }) => {
    const file = join(folder, `${jdk.major}-${name.replaceAll(/\W/g, "")}.hprof`);
    const java = await startJava({ jdk, classes, main: "Keeper", args: ["20000", "500"], options: ["-Xmx128m", ...options] });
    const jcmd = async (...words: string[]): Promise<string> => (await run(join(jdk.home, "bin/jcmd"), [`${java.pid}`, ...words])).stdout;
    let histogram: string;
    try {
      await jcmd("GC.heap_dump", ...(gzip ? ["-gz=1"] : []), file);
      histogram = await jcmd("GC.class_histogram");
    } finally {
      await java.stop();
    }
    const [, instances, bytes] = /^Total +(\d+) +(\d+)/m.exec(histogram)!.map(Number) as [number, number, number];
    // JDK 25 counts class objects of its archive that nobody has loaded, and writes none of them into a dump.
    const [, ownCount, ownBytes] = /^ *\d+: +(\d+) +(\d+) +java\.lang\.Class /m.exec(histogram)!.map(Number) as [number, number, number];
    const dump = await openDump(file);
    try {
      const report = await reportHeap(dump.reader);
      const meta = classRows(dump.index).find((row) => row.class === "java.lang.Class")!;
      expect(Math.abs(report.totals.bytes - meta.bytes - (bytes - ownBytes)) / bytes).toBeLessThan(0.003);
      expect(Math.abs(report.totals.objects - meta.instances - (instances - ownCount)) / instances).toBeLessThan(0.01);
      expect(report.missing).toEqual({ cut: null, damaged: { stretches: 0, bytes: 0 }, duplicates: 0, short: 0 });
      expect(report.suspects[0]).toMatchObject({
        holder: "static Keeper.KEPT",
        collection: { class: "java.util.ArrayList" },
        elements: { class: "Keeper$Kept", count: 20_000 },
      });
      const holders = await holdersOf(dump.reader, "Keeper$Kept");
      expect(holders).toMatchObject({ live: 20_000, charged: [{ class: "byte[]", count: 20_000 }, { class: "Keeper$Kept" }] });
      expect(holders!.paths[0]!.steps.map(({ by }) => by?.name)).toEqual(expect.arrayContaining(["KEPT", "elementData"]));
      expect(report.threads.find((thread) => thread.name === "main")?.stack.at(-1)?.frame).toMatch(/^Keeper\.main/);

      const counted = await dumpHistogram(file);
      expect(counted).toMatchObject({ objects: report.totals.objects, bytes: report.totals.bytes, damaged: 0, cut: null });
    } finally {
      await dump.close();
      await rm(file);
    }
  });

  it("say what is missing, wherever they were cut off, or still were being written", PATIENCE, async () => {
    const file = join(folder, "cut.hprof");
    const java = await startJava({
      jdk: jdks[0]!,
      classes,
      main: "Keeper",
      args: ["3000", "200"],
      options: ["-Xmx64m", "-XX:+UseSerialGC"],
    });
    try {
      await run(join(jdks[0]!.home, "bin/jcmd"), [`${java.pid}`, "GC.heap_dump", file]);
    } finally {
      await java.stop();
    }
    const bytes = await readFile(file);
    // Places that are the same on each run, all over the file.
    const cuts = Array.from({ length: CUTS }, (_, i) => Math.floor((i + ((i * 0.618) % 1)) * (bytes.length / CUTS)));
    let partial = 0;
    for (const length of cuts) {
      try {
        const { index } = await openDump(bytes.subarray(0, length), { workers: 1 });
        expect(index.records.cut, `cut at ${length}`).not.toBeNull();
        partial++;
      } catch (error) {
        expect(error, `cut at ${length}`).toMatchObject({
          code: expect.stringMatching(/^(NOT_A_HEAP_DUMP|HEAP_DUMP_EMPTY|TRUNCATED_INPUT)$/),
        });
      }
    }
    // The beginning of a dump is names: of that much there is no heap yet.
    expect(partial).toBeGreaterThan(CUTS / 4);
  });
});
