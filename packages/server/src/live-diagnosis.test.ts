import { diagnoseInParts } from "@heaptide/diagnosis";
import type { History, Observation } from "@heaptide/model";
import { expect, it } from "vitest";
import type { Clock } from "./collect/clock.ts";
import { LiveDiagnosis } from "./live-diagnosis.ts";

const SAMPLE: Observation = { type: "sample", at: 0, incarnation: "one life", measure: "rss", value: 1 };
const LOG: Observation = { ...SAMPLE, type: "change", id: "1", kind: "external", job: null, process: null, title: "tuned", attributes: {} };

/**
 * Time passes as it is slept and as the store answers, after so many seconds; `observe` is told of each second slept.
 * @returns the seconds at which the store was asked.
 */
async function evaluations(seconds: number, observe: (live: LiveDiagnosis, second: number) => void, answersAfter = 0): Promise<number[]> {
  const at: number[] = [];
  let now = 0;
  const ending = new AbortController();
  const clock: Clock = {
    now: () => now,
    async sleep(ms) {
      for (let passed = 0; passed < ms; passed += 1000) {
        now += 1000;
        observe(live, now / 1000);
      }
      if (now >= seconds * 1000) ending.abort();
    },
  };
  const nothing: History = { from: 0, to: 0, processes: [], jobs: [], changes: [], patterns: [], gaps: [], blind: [] };
  const live = new LiveDiagnosis({
    store: {
      async historyInParts() {
        at.push(now / 1000);
        now += answersAfter * 1000;
        return { outline: nothing, parts: [nothing] };
      },
    },
    diagnose: diagnoseInParts,
    clock,
    signal: ending.signal,
    onBug: (error) => {
      throw error;
    },
  });
  await live.run();
  return at;
}

it("thinks seldom about samples alone where nothing was found", async () => {
  expect(await evaluations(60, (live) => live.noteObserved([SAMPLE]))).toEqual([0, 15, 30, 45]);
});

it("thinks at once about what is more than a sample", async () => {
  const told = await evaluations(30, (live, second) => live.noteObserved(second === 7 ? [SAMPLE, LOG] : [SAMPLE]));
  expect(told).toEqual([0, 9, 24]);
});

it("does not think where nothing came in", async () => {
  expect(await evaluations(30, () => undefined)).toEqual([0]);
});

it("lets news wait no longer than half a minute where the machine is so busy that thinking takes seconds", async () => {
  expect(await evaluations(100, (live) => live.noteObserved([LOG]), 6)).toEqual([0, 36, 72]);
});
