import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment } from "../environment.ts";
import { quietContext } from "../context.test-builders.ts";
import { run } from "../run.ts";
import { terminalOf } from "../terminal.ts";

/** The commands on dumps of a real JVM that keeps more and more in a static list. */
const jdk = findJdks().at(-1);
const execute = promisify(execFile);

const lines: string[] = [];

async function heaptide(...words: readonly string[]) {
  const context = {
    environment: readEnvironment({}),
    terminal: terminalOf({ write: () => true }, {}),
    progress: { update() {}, line: (text: string) => void lines.push(text), clear() {} },
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
    expect(place).toMatchObject({ holder: "static Keeper.KEPT" });
    // A dump may come while the next 200 of them are still in a local variable.
    for (const [i, held] of place.instances.entries()) expect(kept.instances[i] - held).toBeLessThanOrEqual(200);
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

  it("reports suspects, classes, threads, the way from a root, and counts", async () => {
    const report = await heaptideJson("heap", after, "--top", "5");
    expect(report).toMatchObject({ type: "heap", file: after, pause: null, forecast: null, missing: { cut: null } });
    expect(report.suspects[0]).toMatchObject({ holder: "static Keeper.KEPT", elements: { class: "Keeper$Kept" } });
    expect((await heaptide("heap", after)).output).toContain("static Keeper.KEPT keeps");
    const counted = await heaptideJson("heap", "histogram", after, "--top", "3");
    expect(counted).toMatchObject({ objects: report.totals.objects, bytes: report.totals.bytes });
    const way = await heaptideJson("heap", "path", after, "Keeper$Kept");
    expect(way.paths[0].steps.map((step: { by: { name: string } | null }) => step.by?.name)).toContain("KEPT");
    const asked = await heaptideJson("heap", "query", after, "select count(*) from Keeper$Kept");
    expect(asked.rows).toEqual([[way.instances]]);
  });

  it("shows one object, what refers to it, and the way to it", async () => {
    const { rows } = await heaptideJson("heap", "query", after, "select address(k), k.payload from Keeper$Kept k limit 1");
    const [address, payload] = rows[0];
    const seen = await heaptideJson("heap", "object", after, payload.address, "--referrers", "--top", "4");
    expect(seen).toMatchObject({ class: "byte[]", length: 500, reach: "strong", dominator: { address } });
    expect(seen.values).toHaveLength(4);
    expect(seen.referrers).toMatchObject({
      count: 1,
      referrers: [{ address, class: "Keeper$Kept", by: { kind: "field", name: "payload" } }],
    });
    const shown = (await heaptide("heap", "object", after, address)).output;
    expect(shown).toMatch(new RegExp(`object +payload +byte\\[\\] ${payload.address} +Keeper\\$Kept`));
    expect((await heaptide("heap", "path", after, address)).output).toContain("static KEPT");
    expect((await heaptide("heap", "object", after, "0x10")).complaint).toContain("[HEAP_OBJECT_UNKNOWN]");
  });

  it("shows threads with what their frames hold, and loaders with what keeps them", async () => {
    const { threads } = await heaptideJson("heap", "threads", after, "--top", "100");
    const main = threads.find((thread: { name: string }) => thread.name === "main");
    expect(main.stack.map(({ frame }: { frame: string }) => frame)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Keeper\.main/)]),
    );
    const { loaders } = await heaptideJson("heap", "loaders", after);
    expect(loaders.find((loader: { name: string }) => loader.name === "app")).toMatchObject({
      examples: expect.arrayContaining(["Keeper"]),
    });
    expect((await heaptide("heap", "loaders", after, "--of", "no.Such")).output).toBe("There is no such class loader.");
    expect((await heaptide("heap", "threads", after, "--top", "1")).output).toContain("more threads: --top");
  });

  it("shows repeated texts, sparse collections and garbage", async () => {
    const strings = await heaptideJson("heap", "strings", after, "--top", "3");
    expect(strings.arrays).toBeGreaterThan(strings.copies);
    expect((await heaptide("heap", "strings", after)).output).toMatch(/texts \(.*\) are copies/);
    const { collections, arrays, constant } = await heaptideJson("heap", "collections", after);
    expect(collections.find((row: { class: string }) => row.class === "java.util.ArrayList").elements).toBeGreaterThan(5000);
    expect(arrays.length).toBeGreaterThan(3);
    expect(constant[0].count).toBeGreaterThan(5000);
    expect((await heaptide("heap", "collections", after)).output).toContain("Arrays of references");
    expect(await heaptideJson("heap", "unreachable", after)).toMatchObject({ type: "heap-unreachable" });
  });

  it("asks a running JVM: says first how long it will stand still, and leaves nothing behind", async () => {
    const compiled = compileJava([jdk!]);
    const java = await startJava({ jdk: jdk!, classes: compiled.classes, main: "Keeper", args: ["5000", "500"] });
    try {
      lines.length = 0;
      const left = async () => (await readdir(`/proc/${java.pid}/root/tmp`)).filter((name) => name.startsWith(`heaptide-${java.pid}-`));
      const report = await heaptideJson("heap", "--pid", `${java.pid}`, "--top", "3");
      expect(lines[0]).toMatch(/in use: it will stand still for .* to .*, and write up to .* into \/tmp\./);
      expect(report.suspects[0]).toMatchObject({ holder: "static Keeper.KEPT" });
      expect(report.forecast).toMatchObject({ folder: "/tmp", used: expect.any(Number), pause: { low: expect.any(Number) } });
      expect(report.pause).toBeGreaterThan(0);
      expect(report.dump.size).toBeLessThan(report.forecast.size);
      expect(await left()).toEqual([]);

      const kept = join(folder, "kept.hprof");
      await heaptideJson("heap", "--pid", `${java.pid}`, "--to", kept);
      expect((await stat(kept)).size).toBeGreaterThan(1 << 20);
      expect((await heaptide("heap", "--pid", `${java.pid}`, after)).complaint).toContain("[HEAP_DUMP_WANTED]");
    } finally {
      await java.stop();
      compiled.remove();
    }
  });

  it("reads what is gzipped, and names what is no dump, empty, or cut", async () => {
    const bytes = await readFile(after);
    const write = async (name: string, content: Uint8Array | string) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const packed = await heaptideJson("heap", await write("packed.hprof.gz", gzipSync(bytes)), "--top", "1");
    expect(packed.suspects[0].holder).toBe("static Keeper.KEPT");
    const cut = await heaptideJson("heap", await write("cut.hprof", bytes.subarray(0, bytes.length / 2)));
    expect(cut.missing.cut).not.toBeNull();
    expect((await heaptide("heap", join(folder, "cut.hprof"))).output).toContain("before the dump does");
    for (const [name, content, code] of [
      ["empty.hprof", "", "NOT_A_HEAP_DUMP"],
      ["text.hprof", "2026-11-24 WARN heap is full", "NOT_A_HEAP_DUMP"],
      ["begun.hprof", bytes.subarray(0, 5000), "HEAP_DUMP_EMPTY"],
    ] as const)
      expect((await heaptide("heap", await write(name, content))).complaint).toContain(`[${code}]`);
  });
});

describe("heaptide heap, given up", () => {
  it("unpacks a dump into a file without a name, which goes with the process", async () => {
    const folder = await mkdtemp(join(tmpdir(), "heaptide-given-up-"));
    try {
      const stopping = new AbortController();
      stopping.abort("SIGINT");
      const file = join(folder, "a.hprof.gz");
      await writeFile(file, gzipSync(new Uint8Array(1 << 20)));
      const names = async () => (await readdir(tmpdir())).filter((name) => /^heaptide-[\da-f-]+\.hprof$/.test(name));
      const before = await names();
      expect(await run(["heap", file], quietContext({ signal: stopping.signal }), "test")).toEqual({
        exitCode: 130,
        output: "",
        complaint: "",
      });
      expect((await names()).filter((name) => !before.includes(name))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
