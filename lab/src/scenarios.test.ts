import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { culpritLines, type LabJob, type Leak, type Scenario, SCENARIOS } from "./index.ts";

const sourceOf = ({ entryClass }: LabJob) =>
  fileURLToPath(new URL(`../jobs/src/main/java/${entryClass.replaceAll(".", "/")}.java`, import.meta.url));
const jobsOf = (scenario: Scenario): LabJob[] => Object.values(scenario.jobs);
const leaksOf = ({ truth }: Scenario): readonly Leak[] => (truth.kind === "leaking" ? truth.leaks : []);

describe("the lab", () => {
  it("has scenarios whose names are all different", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(SCENARIOS)("the scenario $name", (scenario) => {
  it("submits jobs that exist, and only those", () => {
    const named = scenario.steps.flatMap((step) => ("by" in step ? [step.job, step.by] : "job" in step ? [step.job] : []));
    expect(Object.keys(scenario.jobs).toSorted()).toEqual([...new Set(named)].toSorted());
    for (const job of jobsOf(scenario)) expect(existsSync(sourceOf(job)), sourceOf(job)).toBe(true);
  });

  it("does its steps in order, and is over after the last", () => {
    const times = [...scenario.steps.map(({ at }) => at), scenario.seconds];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("tells of jobs, operators and changes that it has", async () => {
    for (const { job, operator, change } of leaksOf(scenario)) {
      const jobs = jobsOf(scenario).filter(({ name }) => name === job);
      if (job !== null) expect(jobs.length).toBeGreaterThan(0);
      const sources = await Promise.all(jobs.map((one) => readFile(sourceOf(one), "utf8")));
      if (operator !== null) expect(sources.some((source) => source.includes(`"${operator}"`))).toBe(true);
      if (change !== null) expect(scenario.steps[change.step]).toBeDefined();
    }
  });

  it("has the culprits' lines in the source, in the method said", async () => {
    for (const { culprit } of leaksOf(scenario)) {
      if (culprit === null) continue;
      await expect(culpritLines(culprit)).resolves.not.toEqual([]);
      const source = await readFile(fileURLToPath(new URL(`../jobs/src/main/java/${culprit.file}`, import.meta.url)), "utf8");
      expect(source).toMatch(new RegExp(`\\b${culprit.method}\\(`));
    }
  });
});
