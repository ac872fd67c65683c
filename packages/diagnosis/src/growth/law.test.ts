import { describe, expect, it } from "vitest";
import type { CountedDriver } from "./drivers.ts";
import { lawOf, NOWHERE } from "./law.ts";

const SNAPSHOTS = Float64Array.from({ length: 12 }, (_, i) => i * 8000);
const count = (value: (time: number) => number) => ({ at: SNAPSHOTS, value: SNAPSHOTS.map(value) });

function operator(name: string, counter: (time: number) => number, more: Partial<CountedDriver> = {}): CountedDriver {
  return {
    kind: "records-in",
    job: "job",
    jobId: "1",
    operator: name,
    vertexName: "v",
    position: null,
    event: "",
    count: counter,
    ...more,
  };
}
const clock: CountedDriver = { ...operator("", (time) => time / 1000), kind: "wall-time", operator: null };
/** One record a second, and twenty for the middle half minute. */
const varying = (time: number) => time / 1000 + 19 * Math.min(30, Math.max(0, time / 1000 - 30));

describe("the law of growth", () => {
  it("is an event that fits rather than the clock, which is named as a rival", () => {
    const law = lawOf(
      count((t) => t / 200),
      [clock, operator("enrich", (t) => t / 200)],
    );
    expect(law).toMatchObject({ operator: "enrich", ratio: { value: 1 } });
    expect(law?.rivals.map((rival) => rival.kind)).toEqual(["wall-time"]);
  });

  it("is told from the clock by a varying rate", () => {
    const law = lawOf(count(varying), [clock, operator("enrich", varying)]);
    expect(law).toMatchObject({ operator: "enrich", rivals: [] });
  });

  it("is the clock where no event fits", () => {
    expect(
      lawOf(
        count((t) => t / 500),
        [clock, operator("enrich", varying)],
      )?.kind,
    ).toBe("wall-time");
  });

  it("prefers one for each to one for two", () => {
    const law = lawOf(
      count((t) => t / 200),
      [operator("neighbour", (t) => t / 100), operator("enrich", (t) => t / 200)],
    );
    expect(law?.operator).toBe("enrich");
  });

  it("follows the stack where operators of a chain count alike", () => {
    const chain = ["source", "parse", "enrich"].map((name, position) => operator(name, (t) => t / 200, { position }));
    expect(
      lawOf(
        count((t) => t / 200),
        chain,
        { ...NOWHERE, vertexName: "v", position: 1 },
      )?.operator,
    ).toBe("parse");
  });

  it("knows the operator of a fan-out by the class on the stack", () => {
    const siblings = ["drop-old", "enrich-venues"].map((name) => operator(name, (t) => t / 200, { position: 1 }));
    const law = lawOf(
      count((t) => t / 200),
      siblings,
      { ...NOWHERE, vertexName: "v", position: 1, names: ["com.acme.EnrichVenues"] },
    );
    expect(law?.operator).toBe("enrich-venues");
  });

  describe("where one is kept with each checkpoint, at a constant rate", () => {
    const checkpoints: CountedDriver = { ...operator("", (time) => Math.floor(time / 8000)), kind: "checkpoints", operator: null };
    const drivers = [operator("enrich", (t) => t / 200), checkpoints, clock];
    const kept = count((t) => Math.floor(t / 8000));

    it("is the checkpoint, for there is one", () => expect(lawOf(kept, drivers)?.kind).toBe("checkpoints"));

    it("is the element where the line runs with elements", () => {
      expect(lawOf(kept, drivers, { ...NOWHERE, isInCheckpoint: false })?.operator).toBe("enrich");
    });

    it("is the checkpoint where the line runs with checkpoints, however many it makes and in whatever task", () => {
      const inTask = { ...NOWHERE, vertexName: "v", position: 1, isInCheckpoint: true };
      const two = count((t) => 2 * Math.floor(t / 8000));
      expect(lawOf(two, drivers, inTask)).toMatchObject({ kind: "checkpoints", ratio: { value: 2 } });
    });
  });

  it("finds one in ten as exactly as one in one", () => {
    const law = lawOf(
      count((t) => Math.floor(t / 2000)),
      [operator("enrich", (t) => t / 200)],
    );
    expect(law?.ratio.value).toBeCloseTo(0.1, 2);
  });

  it("is none for what does not grow", () => {
    expect(
      lawOf(
        count(() => 7),
        [clock],
      ),
    ).toBeNull();
  });
});
