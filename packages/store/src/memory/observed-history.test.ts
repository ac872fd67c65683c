import type { Observation } from "@heaptide/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { change, count, dump, gap, job, log, processSeen, sample, snapshot } from "../observations.test-builders.ts";
import { openStore } from "../store.ts";
import { ObservedHistory } from "./observed-history.ts";

const times = fc.nat(20).map((n) => n * 500);
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.tuple(times, fc.nat(100)).map(([at, value]) => sample(at, value)),
  fc.tuple(times, fc.nat(100)).map(([at, value]) => count(at, value)),
  fc.tuple(times, fc.nat(3)).map(([at, ordinal]) => log(at, ordinal)),
  times.map((at) => change(at)),
  fc.tuple(times, fc.nat(9)).map(([at, n]) => snapshot(at, n > 5 ? { A: [n, 16 * n] } : { A: [n + 1, 16], B: [1, n + 1] })),
  times.map((at) => ({ type: "cost" as const, at, incarnation: "1@0", probe: "histogram", pause: 5 })),
  times.map((at) => ({ type: "checkpoint" as const, at, job: "j1", id: at, bytes: at * 2, vertices: [{ vertex: "v1", bytes: at }] })),
  times.map((at) => ({ type: "census" as const, at, incarnation: "1@0", of: "threads" as const, groups: [{ name: "t-N", value: at }] })),
  fc.tuple(times, fc.boolean()).map(([at, blind]) => ({
    type: "probe" as const,
    at,
    incarnation: null,
    probe: "jobs",
    code: blind ? "FLINK_UNREACHABLE" : null,
    cause: null,
    next: null,
  })),
);

/** Facts of the same time that differ are no two facts: which of them is kept is not promised. */
const key = (one: Observation) => `${one.type} ${one.at} ${"ordinal" in one ? one.ordinal : ""}`;

describe("the history in memory", () => {
  it("is what the database gives for the same observations, in whatever order they came", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(observation, { selector: key, maxLength: 40 }), fc.array(fc.nat(39)), async (all, repeated) => {
        const arrived = [
          processSeen(),
          job(),
          sample(20_000, 1),
          gap(9000, 8000),
          dump(1000),
          dump(2000),
          ...all,
          ...repeated.flatMap((i) => all[i] ?? []),
        ];
        const memory = new ObservedHistory();
        const store = await openStore(":memory:", { flushEvery: 0 });
        memory.append(arrived);
        store.append(arrived);
        const expected = await store.history();
        await store.close();
        expect(memory.history()).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it("leaves a history that was given as it was", () => {
    const memory = new ObservedHistory();
    memory.append([processSeen(), sample(1000, 1), sample(2000, 2), snapshot(1000, { A: [1, 16] })]);
    const before = memory.history();
    const copy = structuredClone(before);
    memory.append([sample(1500, 9), ...Array.from({ length: 40 }, (_, i) => sample(3000 + i, i)), snapshot(2000, { B: [1, 16] })]);
    expect(before).toEqual(copy);
  });
});
