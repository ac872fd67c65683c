import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { isHeaptideError } from "@heaptide/base";
import type { History, Observation } from "@heaptide/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { change, count, gap, job, log, processSeen, sample, snapshot } from "./observations.test-builders.ts";
import { openStore } from "./store.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "heaptide-store-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manual = { flushEvery: 0 };

/** Something of every kind about one process and its job. */
function observedOf(key: string): Observation[] {
  const incarnation = `${key}@0`;
  const seen = processSeen({ key: incarnation, process: key });
  const own = job([incarnation]);
  return [
    { ...seen, process: { ...seen.process, key } },
    { ...own, job: { ...own.job, id: `job-${key}` } },
    ...[1000, 2000].map((at) => ({ ...sample(at, at + key.charCodeAt(0)), incarnation })),
    { ...count(1000, 5), job: `job-${key}` },
    { ...count(3000, 15), job: `job-${key}` },
    ...[1000, 1500, 2000, 2500].map((at) => ({ ...snapshot(at, { [key]: [at, 16] }), incarnation })),
    { ...log(1500), incarnation },
  ];
}

const asManager = (seen: Observation): Observation =>
  seen.type === "process" ? { ...seen, process: { ...seen.process, role: "jobmanager" } } : seen;

describe("a store", () => {
  it("answers what was asked before it is closed, and refuses what is asked later", async () => {
    for (let round = 0; round < 10; round++) {
      const store = await openStore(":memory:", manual);
      store.append(Array.from("abcdefgh").flatMap(observedOf));
      await store.flush();
      const asked = Array.from({ length: 8 }, () => store.history());
      const closed = store.close();
      for (const history of await Promise.all(asked)) expect(history.processes).toHaveLength(8);
      await closed;
      await expect(store.history()).rejects.toMatchObject({ code: "STORE_CLOSED" });
    }
  });

  it("gives back as history what was appended", async () => {
    const store = await openStore(":memory:", manual);
    store.append([
      processSeen(),
      job(),
      sample(2000, 20),
      sample(1000, 10),
      count(1000, 5),
      count(3000, 15),
      log(1500),
      log(2500),
      change(900),
    ]);
    const history = await store.history();
    const [life] = history.processes[0]!.incarnations;

    expect([history.from, history.to]).toEqual([0, 3000]);
    expect(history.processes[0]!.process).toEqual({ key: "tm", name: "TaskManager", role: "taskmanager" });
    expect(life!.incarnation).toEqual(processSeen().incarnation);
    expect(life!.series.get("heap.live")).toEqual({ at: Float64Array.of(1000, 2000), value: Float64Array.of(10, 20) });
    expect(history.jobs[0]!.operators[0]!.recordsIn).toEqual({ at: Float64Array.of(1000, 3000), value: Float64Array.of(5, 15) });
    expect(history.jobs[0]!.operators[0]!.recordsOut.at).toHaveLength(0);
    expect(history.patterns).toMatchObject([{ pattern: "too many <*>", seen: Float64Array.of(1500, 2500) }]);
    expect(history.changes).toEqual([change(900)]);
    await store.close();
  });

  it("keeps one fact of the same fact told twice, in one batch or in two", async () => {
    const store = await openStore(":memory:", manual);
    const facts: Observation[] = [processSeen(), sample(1000, 10), count(1000, 5), log(1500), change(900), snapshot(1000, { A: [1, 16] })];
    store.append([...facts, ...facts]);
    await store.flush();
    store.append(facts);
    const history = await store.history();
    const [life] = history.processes[0]!.incarnations;
    expect(life!.series.get("heap.live")!.at).toHaveLength(1);
    expect(life!.live.at).toHaveLength(1);
    expect(history.patterns[0]!.seen).toHaveLength(1);
    expect(history.changes).toHaveLength(1);
    await store.close();
  });

  it("counts every line of those that say the same in the same millisecond", async () => {
    const store = await openStore(":memory:", manual);
    store.append([processSeen(), log(1500), log(1500, 1), log(1500, 2), log(1500, 1)]);
    expect((await store.history()).patterns[0]!.seen).toEqual(Float64Array.of(1500, 1500, 1500));
    await store.close();
  });

  it("keeps where the exception of a pattern was thrown", async () => {
    const store = await openStore(":memory:", manual);
    store.append([1000, 2000].map((at) => ({ ...log(at), frame: "a.B.read" })));
    expect([...(await store.patternFrames()).values()]).toEqual(["a.B.read"]);
    await store.close();
  });

  it("answers for a part of the time only", async () => {
    const store = await openStore(":memory:", manual);
    store.append([processSeen(), ...Array.from({ length: 10 }, (_, i) => sample(i * 1000, i))]);
    const { processes } = await store.history({ from: 3000, to: 5000 });
    expect(processes[0]!.incarnations[0]!.series.get("heap.live")!.at).toEqual(Float64Array.of(3000, 4000, 5000));
    await store.close();
  });

  it("gives the same in parts: of each process what was measured of it, and the jobs that it runs", async () => {
    const store = await openStore(":memory:", manual);
    const keys = ["a", "b", "c", "d", "e"];
    store.append(keys.flatMap(observedOf));
    store.append([...observedOf("manager").map(asManager), change(900), gap(1000, 2000)]);
    const whole = await store.history({ mostSnapshots: 3 });
    const { outline, parts } = await store.historyInParts({ mostSnapshots: 3, processes: 2 });
    const read: History[] = [];
    for await (const part of parts) read.push(part);

    expect(read.map((part) => part.processes.map(({ process }) => process.key))).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e", "manager"],
    ]);
    expect(read.flatMap((part) => part.processes)).toEqual(whole.processes);
    expect(read.flatMap((part) => part.patterns)).toEqual(whole.patterns);
    expect(read.map((part) => part.jobs.map(({ id }) => id))).toEqual([
      ["job-a", "job-b"],
      ["job-c", "job-d"],
      whole.jobs.map(({ id }) => id),
    ]);
    expect(read[2]!.jobs).toEqual(whole.jobs);
    expect(read[0]!.jobs[1]!.operators[0]!.recordsIn.value).toEqual(Float64Array.of(5, 15));
    for (const part of [...read, outline]) {
      const { from, to, changes, gaps, blind } = part;
      expect({ from, to, changes, gaps, blind }).toEqual({
        from: whole.from,
        to: whole.to,
        changes: [change(900)],
        gaps: [gap(1000, 2000)],
        blind: [],
      });
    }
    await store.close();
  });

  it("ends a life that nobody saw end when the next one of its process began", async () => {
    const store = await openStore(":memory:", manual);
    store.append([processSeen({ key: "1@0", startedAt: 0 }), processSeen({ key: "2@5000", startedAt: 5000 }, 5000)]);
    const lives = (await store.history()).processes[0]!.incarnations.map((life) => life.incarnation.endedAt);
    expect(lives).toEqual([5000, null]);
    await store.close();
  });

  it("knows all lives that ran a job, whichever of them still does and in whatever order that was told", async () => {
    const store = await openStore(":memory:", manual);
    store.append([job(["2@5000"], 300), job(["1@0"], 100), job([], 400)]);
    await store.flush();
    store.append([job(["1@0"], 100)]);
    expect((await store.jobs())[0]!.incarnations).toEqual(["1@0", "2@5000"]);
    await store.close();
  });

  it("joins what is told of where a job's subtasks run", async () => {
    const store = await openStore(":memory:", manual);
    const spreadTo = (key: string, at: number): Observation => {
      const seen = job([key], at);
      return { ...seen, job: { ...seen.job, spread: { v1: { [key]: 2 } } } };
    };
    store.append([processSeen(), spreadTo("1@0", 100), spreadTo("2@5000", 200), sample(300, 1)]);
    expect((await store.history()).jobs[0]!.spread).toEqual({ v1: { "1@0": 2, "2@5000": 2 } });
    await store.close();
  });

  it("knows a data gap as it was told last: open while it lasts, then with its end", async () => {
    const store = await openStore(":memory:", manual);
    store.append([processSeen(), gap(4000, null), sample(5000, 1)]);
    expect((await store.history()).gaps).toEqual([gap(4000, null)]);
    store.append([gap(9000, 8000), gap(4000, null)]);
    expect((await store.history()).gaps).toEqual([gap(9000, 8000)]);
    expect((await store.history({ from: 8500, to: 9000 })).gaps).toEqual([]);
    await store.close();
  });

  it("reports a probe as blind until it sees again", async () => {
    const store = await openStore(":memory:", manual);
    const state = (at: number, code: string | null): Observation => ({
      type: "probe",
      at,
      incarnation: null,
      probe: "jobs",
      code,
      cause: code && "refused",
      next: code && "curl",
    });
    store.append([state(1000, "FLINK_UNREACHABLE")]);
    expect((await store.history()).blind).toHaveLength(1);
    store.append([state(2000, null)]);
    expect((await store.history()).blind).toHaveLength(0);
    await store.close();
  });

  it("thins a series to points that keep the extremes", async () => {
    const store = await openStore(":memory:", manual);
    store.append(Array.from({ length: 1000 }, (_, i) => sample(i, i === 503 ? 1e6 : i % 10)));
    const thinned = await store.series("1@0", "heap.live", { from: 0, to: 999 }, 10);
    expect(thinned.at).toHaveLength(10);
    expect(thinned.max[5]).toBe(1e6);
    expect(thinned.last[9]).toBe(9);
    await store.close();
  });

  it("drops what is older than is to be kept, and keeps later snapshots whole", async () => {
    const store = await openStore(":memory:", { ...manual, clock: () => 60_000 });
    store.append([processSeen(), ...Array.from({ length: 60 }, (_, i) => sample(i * 1000, i))]);
    store.append(Array.from({ length: 60 }, (_, i) => snapshot(i * 1000, { A: [i, i * 16], B: [7, 112] })));
    await store.flush();
    await store.retain({ age: 10_000 });
    const [life] = (await store.history({ from: 50_000 })).processes[0]!.incarnations;
    expect(life!.series.get("heap.live")!.at[0]).toBe(50_000);
    expect(life!.live.at).toHaveLength(10);
    expect(life!.live.instances[life!.live.classes.indexOf("B")]).toEqual(new Float64Array(10).fill(7));
    const early = await store.history();
    expect(early.processes[0]!.incarnations[0]!.series.get("heap.live")!.at[0]).toBe(50_000);
    await store.close();
  });
});

describe("a store's file", () => {
  it("holds after a restart what it held before", async () => {
    const path = join(folder, "new", "heaptide.duckdb");
    const first = await openStore(path, manual);
    first.append([processSeen(), snapshot(1000, { A: [1, 16], B: [2, 32] }), snapshot(2000, { A: [2, 32], B: [2, 32] })]);
    await first.close();
    const second = await openStore(path, manual);
    second.append([snapshot(3000, { A: [3, 48], C: [1, 24] })]);
    const [life] = (await second.history()).processes[0]!.incarnations;
    expect(Object.fromEntries(life!.live.classes.map((name, c) => [name, [...life!.live.instances[c]!]]))).toEqual({
      A: [1, 2, 3],
      B: [2, 2, 0],
      C: [0, 0, 1],
    });
    await second.close();
  });

  it("is moved aside with the date when it is no database, and a new one begun", async () => {
    const path = join(folder, "heaptide.duckdb");
    writeFileSync(path, "not a database at all".repeat(1000));
    const store = await openStore(path, { ...manual, clock: () => Date.UTC(2026, 10, 23, 17, 0, 0) });
    expect(store.status.movedAside).toMatchObject({ code: "STORE_MOVED_ASIDE" });
    expect(readFileSync(`${path}.corrupt-2026-11-23T17-00-00.000Z`, "utf8")).toContain("not a database");
    store.append([sample(1000, 1)]);
    await store.close();
  });

  it("is moved aside when it was cut off or its bytes were changed", async () => {
    const path = join(folder, "heaptide.duckdb");
    const store = await openStore(path, manual);
    store.append([processSeen(), ...Array.from({ length: 5000 }, (_, i) => sample(i, i))]);
    await store.close();
    const whole = readFileSync(path);
    for (const broken of [
      whole.subarray(0, 9000),
      whole.subarray(0, 100),
      Buffer.from(whole.map((byte, i) => (i > 4200 ? byte ^ 0x5a : byte))),
    ]) {
      writeFileSync(path, broken);
      const anew = await openStore(path, manual);
      expect(anew.status.movedAside?.detail.path).toBe(path);
      await anew.close();
      rmSync(path);
    }
    expect(readdirSync(folder).filter((name) => name.includes("corrupt"))).toHaveLength(3);
  });

  it("is refused when a newer program wrote it", async () => {
    const path = join(folder, "heaptide.duckdb");
    await (await openStore(path, manual)).close();
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("INSERT INTO schema_version VALUES (999)");
    connection.closeSync();
    instance.closeSync();
    await expect(openStore(path, manual)).rejects.toMatchObject({ code: "STORE_TOO_NEW", detail: { found: "999" } });
  });

  it("is refused while another process has it open, and the error names that process", async () => {
    const path = join(folder, "heaptide.duckdb");
    const store = await openStore(path, manual);
    const code = `import { openStore } from ${JSON.stringify(import.meta.resolve("./store.ts"))};
      await openStore(${JSON.stringify(path)}).catch((error) => console.log(JSON.stringify({ code: error.code, detail: error.detail })));`;
    const answer = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
    expect(JSON.parse(answer)).toEqual({ code: "STORE_LOCKED", detail: { path, pid: process.pid } });
    await store.close();
  });

  it("loses nothing that was acknowledged when its process is killed in the middle of a write", async () => {
    const path = join(folder, "heaptide.duckdb");
    const code = `import { openStore } from ${JSON.stringify(import.meta.resolve("./store.ts"))};
      const store = await openStore(${JSON.stringify(path)}, { flushEvery: 0 });
      for (let n = 0; ; n += 100) {
        store.append(Array.from({ length: 100 }, (_, i) => ({ type: "sample", at: n + i, incarnation: "1@0", measure: "heap.live", value: n + i })));
        await store.flush();
        process.stdout.write(n + 100 + "\\n");
      }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    let told = "";
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (text: Buffer) => {
        told += text;
        if (told.split("\n").length > 20) child.kill("SIGKILL");
      });
      child.on("close", () => resolve());
    });
    const acknowledged = Number(told.trimEnd().split("\n").at(-1));
    const store = await openStore(path, manual);
    expect(store.status.movedAside).toBeNull();
    const { at } = await store.series("1@0", "heap.live", { from: 0, to: 1e9 }, 1e9);
    expect(at.length).toBeGreaterThanOrEqual(acknowledged);
    expect(at.length % 100).toBe(0);
    await store.close();
  });

  it("is an expected failure where the folder cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    const failure = await openStore(join(folder, "file", "heaptide.duckdb")).catch((error: unknown) => error);
    expect(isHeaptideError(failure, "STORE_UNUSABLE")).toBe(true);
  });
});

describe("the last looks", () => {
  it("are told of each life that is not over, null where there was none", async () => {
    const store = await openStore(":memory:", manual);
    store.append([processSeen(), sample(2000, 20), sample(1000, 10), snapshot(1500, { A: [1, 16] })]);
    const { key: incarnation, process } = processSeen().incarnation;
    expect(await store.lastLooks()).toEqual([{ incarnation, process, counted: 1500, recorded: null, sampled: 2000 }]);
    store.append([sample(1900, 20), snapshot(2500, { A: [1, 16] })]);
    expect(await store.lastLooks()).toMatchObject([{ counted: 2500, sampled: 2000 }]);
    store.append([sample(4000, 20)]);
    expect(await store.lastLooks()).toMatchObject([{ counted: 2500, sampled: 4000 }]);
    store.append([{ type: "ended", at: 3000, incarnation, reason: "gone" }]);
    expect(await store.lastLooks()).toEqual([]);
    await store.close();
  });
});
