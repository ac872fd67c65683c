import { history, type HistorySpec } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

const MIB = 1024 * 1024;
const leak = (bytes: number, seconds: number): HistorySpec => ({
  seconds,
  jobs: [{ name: "events", operators: [{ name: "dedup", perSecond: 10 }] }],
  leaks: [{ per: { job: "events", operator: "dedup" }, classes: { "com.acme.Event": [1, bytes] } }],
});
const failed = (tests: readonly { what: string; passed: boolean }[] = []) => tests.filter((test) => !test.passed).map(({ what }) => what);

describe("why a growth is only growing", () => {
  const { finding } = diagnose(history(leak(6000, 150)));

  it("is the one test that failed, with the numbers on both sides", () => {
    expect(finding?.verdict).toBe("growing");
    expect(failed(finding?.why?.tests)).toEqual(["beyond any bound"]);
    const bound = finding?.why?.tests.find(({ what }) => what === "beyond any bound");
    expect(bound?.numbers["askedBytes"]).toBeCloseTo(0.05 * 320 * MIB, -3);
    expect(bound?.numbers["growth"]).toBeLessThan(bound!.numbers["askedBytes"]!);
  });

  it("says beyond which size it will be called leaking, and when that is", () => {
    expect(finding?.why?.wouldChange[0]).toMatch(
      /^Beyond 16\.0 MiB of growth \(5\.0 % of the limit\) it is called leaking: at this rate in \d+ min/,
    );
  });
});

it("of a leak is that every test was passed, and it says what would end it", () => {
  const { finding } = diagnose(history(leak(40_000, 200)));
  expect(finding?.verdict).toBe("leaking");
  expect(failed(finding?.why?.tests)).toEqual([]);
  expect(finding?.why?.wouldChange[0]).toContain("If the number of Event stands still");
});

it("of a healthy process is the first test that each of its resources failed", () => {
  const { processes } = diagnose(history({ ...leak(0, 300), leaks: [], measures: { threads: () => 40 } }), { reasons: true });
  expect(processes[0]?.verdict).toBe("healthy");
  expect(processes[0]?.reasons?.tests.map(({ what, passed }) => [what, passed])).toEqual([
    ["heap", false],
    ["class-loaders", false],
    ["threads", false],
  ]);
});

it("of an unknown one is what is missing", () => {
  const { processes, missing } = diagnose(history({ ...leak(40_000, 600), every: 0 }));
  expect(processes[0]?.verdict).toBe("unknown");
  expect(missing).toContainEqual(
    expect.objectContaining({ what: "live set of process-1", next: expect.stringContaining("heaptide diagnose") }),
  );
});
