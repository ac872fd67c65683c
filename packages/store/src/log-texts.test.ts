import { describe, expect, it } from "vitest";
import { log, processSeen } from "./observations.test-builders.ts";
import { openStore } from "./store.ts";

const ALL = { from: 0, to: 1e6 };

describe("lines of a log", () => {
  it("are kept as they were, the latest of each pattern, however many come", async () => {
    const store = await openStore(":memory:", { flushEvery: 0 });
    store.append([processSeen()]);
    for (let batch = 0; batch < 12; batch++) {
      store.append(Array.from({ length: 500 }, (_, i) => ({ ...log(batch * 1000 + i), message: `line ${batch * 1000 + i}` })));
      await store.flush();
    }
    const { incarnation, patternId } = log(0);
    const texts = await store.logTexts(incarnation, patternId, ALL);
    expect(texts).toHaveLength(20);
    expect(texts[0]).toEqual({ at: 11_499, text: "line 11499" });
    expect(texts.every(({ at, text }) => text === `line ${at}`)).toBe(true);
    expect(await store.logTexts(incarnation, patternId, { from: 0, to: 7498 })).toMatchObject([{ at: 7498 }, { at: 7497 }, { at: 7496 }]);
    expect(await store.logTexts(incarnation, "another", ALL)).toEqual([]);
    await store.close();
  });

  it("are told once where they were read twice", async () => {
    const store = await openStore(":memory:", { flushEvery: 0 });
    store.append([processSeen(), log(1500), log(1500)]);
    await store.flush();
    store.append([log(1500)]);
    expect(await store.logTexts(log(0).incarnation, log(0).patternId, ALL)).toHaveLength(1);
    await store.close();
  });
});
