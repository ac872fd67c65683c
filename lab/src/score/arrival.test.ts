import { diagnose } from "@heaptide/diagnosis";
import type { Diagnosis, Observation } from "@heaptide/model";
import { ObservedHistory, readSession } from "@heaptide/store";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Real runs: what they hold is of every kind, with all its flaws. */
const RUNS = ["static-map.low.1", "thread-per-record.low.1", "bounded-cache.low.1", "two-leaks.low.1"];

async function observationsOf(run: string): Promise<Observation[]> {
  const session = await readSession(fileURLToPath(new URL(`../../sessions/${run}.heaptide`, import.meta.url)));
  return session.batches.flatMap(({ observations }) => observations);
}

function diagnosisOf(observations: readonly Observation[]): Diagnosis {
  const observed = new ObservedHistory();
  observed.append(observations);
  return diagnose(observed.history());
}

const told = ({ verdict, findings }: Diagnosis) => ({
  verdict,
  findings: findings.map((one) => [one.verdict, one.resource, one.rootClass, one.law?.operator, one.line?.line]),
});

/** A generator of its own (Park and Miller), so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) yield (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function shuffled<T>(all: readonly T[], seed: number): T[] {
  const random = numbers(seed);
  return all
    .map((one) => ({ one, at: random.next().value }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

describe.each(RUNS)("%s", (run) => {
  it("is told the same in whatever order it arrives", async () => {
    const observations = await observationsOf(run);
    const inOrder = told(diagnosisOf(observations));
    for (const seed of [1, 2, 3]) expect(told(diagnosisOf(shuffled(observations, seed)))).toEqual(inOrder);
  });

  it("is told the same when everything arrives twice", async () => {
    const observations = await observationsOf(run);
    expect(told(diagnosisOf([...observations, ...observations]))).toEqual(told(diagnosisOf(observations)));
  });

  it("is told the same when one sample in ten is lost", async () => {
    const observations = await observationsOf(run);
    const random = numbers(7);
    const left = observations.filter((one) => (one.type !== "sample" && one.type !== "count") || random.next().value > 0.1);
    expect(left.length).toBeLessThan(observations.length);
    const [whole, without] = [told(diagnosisOf(observations)), told(diagnosisOf(left))];
    expect(without.verdict).toBe(whole.verdict);
    expect(without.findings.map(([verdict, resource, root]) => [verdict, resource, root])).toEqual(
      whole.findings.map(([verdict, resource, root]) => [verdict, resource, root]),
    );
  });
});
