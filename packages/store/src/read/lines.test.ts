import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { processSeen, sample } from "../observations.test-builders.ts";
import { openStore, type Store } from "../store.ts";

const POINTS = 20;
const storeOf = (times: readonly number[]): Promise<Store> =>
  openStore(":memory:", { flushEvery: 0 }).then((store) => {
    store.append([processSeen(), ...times.map((at) => sample(at, at / 10))]);
    return store;
  });
const lineIn = async (store: Store, span: { from: number; to: number }) =>
  [...(await store.linesOfAll("heap.live", span, POINTS)).values()][0];

describe("lines of all lives", () => {
  it("have the last value of each stretch of time", async () => {
    const store = await storeOf([500, 900, 1200, 1300, 40_000]);
    expect(await lineIn(store, { from: 0, to: 15_000 })).toEqual({ at: [900, 1300], value: [90, 130] });
    await store.close();
  });

  it("begin no earlier than the span, and end no later", async () => {
    const store = await storeOf([100, 1100, 2100, 3100, 4100]);
    expect((await lineIn(store, { from: 1000, to: 15_000 }))!.at).toEqual([1100, 2100, 3100, 4100]);
    expect((await lineIn(store, { from: 1500, to: 3500 }))!.at).toEqual([2100, 3100]);
    expect((await lineIn(store, { from: 0, to: 15_000 }))!.at).toEqual([100, 1100, 2100, 3100, 4100]);
    await store.close();
  });

  it("are the same whether they were asked for before or not, in whatever order samples came", async () => {
    const time = fc.integer({ min: 0, max: 20_000 });
    const step = fc.record({ times: fc.uniqueArray(time, { maxLength: 8 }), span: fc.tuple(time, time) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
        const asked = await storeOf([]);
        const times: number[] = [];
        for (const { times: come, span } of steps) {
          asked.append(come.map((at) => sample(at, at / 10)));
          times.push(...come);
          const [from, to] = [Math.min(...span), Math.max(...span)];
          const fresh = await storeOf(times);
          expect(await lineIn(asked, { from, to })).toEqual(await lineIn(fresh, { from, to }));
          await fresh.close();
        }
        await asked.close();
      }),
      { numRuns: 8 },
    );
  });
});
