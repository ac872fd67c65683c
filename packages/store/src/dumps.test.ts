import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Observation } from "@heaptide/model";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { change, dump, log, processSeen } from "./observations.test-builders.ts";
import { MIGRATIONS } from "./schema.ts";
import { openStore, type Store } from "./store.ts";

const manual = { flushEvery: 0 };

/** Times of the dumps that are kept, each observation told in a batch of its own. */
async function keptOf(observations: readonly Observation[]): Promise<number[]> {
  const store = await openStore(":memory:", manual);
  store.append([processSeen()]);
  for (const observation of observations) {
    store.append([observation]);
    await store.flush();
  }
  const kept = await timesIn(store);
  await store.close();
  return kept;
}

async function timesIn(store: Store, span: { from?: number; to?: number } = {}): Promise<number[]> {
  const life = (await store.history({ from: 0, to: 100_000, ...span })).processes[0]!.incarnations[0]!;
  return [...life.earlierAllocations!, life.allocations].flatMap((one) => one?.at ?? []);
}

describe("dumps of a recording", () => {
  it("are the last one and, before each change, the last one before it", async () => {
    expect(await keptOf([dump(100), dump(200), change(250), dump(300), dump(400), dump(500), dump(600)])).toEqual([200, 500, 600]);
  });

  it("keep the one before a change that is told after the next dump", async () => {
    expect(await keptOf([dump(100), dump(200), dump(300), change(250), dump(400), dump(500)])).toEqual([200, 400, 500]);
  });

  it("are few, however many changes there are and however close", async () => {
    const restarts = Array.from({ length: 12 }, (_, i) => change(205 + i));
    expect(await keptOf([dump(100), dump(200), ...restarts, dump(300), dump(400), dump(500)])).toEqual([200, 400, 500]);
    const deployments = Array.from({ length: 12 }, (_, i) => [change(1050 + i * 100), dump(1100 + i * 100)]).flat();
    expect(await keptOf([dump(1000), ...deployments])).toEqual([1400, 1500, 1600, 1700, 1800, 1900, 2000, 2100, 2200]);
  });

  it("are the same when everything is told twice, and in one batch in whatever order", async () => {
    const facts = [dump(100), dump(200), change(250), dump(300), dump(400), dump(500), dump(600)];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }), async (batch) => {
        const store = await openStore(":memory:", manual);
        store.append([processSeen(), ...batch]);
        expect(await timesIn(store)).toEqual([200, 500, 600]);
        await store.close();
      }),
      { numRuns: 10 },
    );
  });

  it("are those of the span that was asked for", async () => {
    const store = await openStore(":memory:", manual);
    store.append([processSeen(), dump(100), change(150), dump(200), change(250), dump(300)]);
    expect(await timesIn(store, { to: 250 })).toEqual([100, 200]);
    expect(await timesIn(store, { from: 150 })).toEqual([200, 300]);
    expect(await timesIn(store, { from: 210, to: 220 })).toEqual([]);
    await store.close();
  });

  it("go when they are older than is to be kept", async () => {
    const store = await openStore(":memory:", { ...manual, clock: () => 1000 });
    store.append([processSeen(), dump(100), change(150), dump(900)]);
    await store.flush();
    await store.retain({ age: 500 });
    expect(await timesIn(store)).toEqual([900]);
    await store.close();
  });
});

describe("a file of the first schema", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "heaptide-store-"));
    file = join(folder, "it's old.heaptide");
    await writeFirstSchema(file);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is brought up to date when it is opened, and goes on", async () => {
    const store = await openStore(file, manual);
    expect(store.status.movedAside).toBeNull();
    store.append([change(150), dump(200), log(500), log(500, 1)]);
    expect(await timesIn(store)).toEqual([100, 200]);
    expect((await store.history()).patterns[0]!.seen).toEqual(Float64Array.of(500, 500));
    await store.close();
  });
});

async function writeFirstSchema(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run("CREATE TABLE schema_version (version INTEGER)");
  await connection.run(MIGRATIONS[0]!);
  await connection.run("INSERT INTO schema_version VALUES (1)");
  await connection.run("INSERT INTO process VALUES ('tm', 'TaskManager', 'taskmanager')");
  await connection.run("INSERT INTO incarnation (key, process, started, limits, seen) VALUES ('1@0', 'tm', 0, '{}', 0)");
  await connection.run("INSERT INTO allocations VALUES ('1@0', 100, $1)", [JSON.stringify(dump(100))]);
  await connection.run("INSERT INTO log_pattern VALUES ('1@0', 'p1', 'too many <*>', 'error', 'a.B', NULL, 'too many things')");
  await connection.run("INSERT INTO log_line VALUES ('1@0', 'p1', 500)");
  await connection.run("INSERT INTO sample VALUES ('1@0', 'heap.live', 0, 1), ('1@0', 'heap.live', 1000, 1)");
  connection.closeSync();
  instance.closeSync();
}
