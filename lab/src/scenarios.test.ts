import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { culpritLines, type Scenario, SCENARIOS } from "./index.ts";

const all: readonly Scenario[] = Object.values(SCENARIOS);
const sourceOf = (scenario: Scenario) =>
  fileURLToPath(new URL(`../jobs/src/main/java/${scenario.entryClass.replaceAll(".", "/")}.java`, import.meta.url));

describe("the truth about the scenarios", () => {
  it.each(all)("$name is a job that has the operator it is said to have", async (scenario) => {
    expect(existsSync(sourceOf(scenario))).toBe(true);
    const source = await readFile(sourceOf(scenario), "utf8");
    expect(source).toContain(`"${scenario.operator}"`);
    expect(source).toContain(`new Lab("${scenario.jobName}"`);
  });

  it.each(all.filter(({ truth }) => truth.kind === "leak"))("$name has its culprit's line in the source", async ({ truth }) => {
    if (truth.kind !== "leak") return;
    const lines = await culpritLines(truth.line);
    expect(lines).toHaveLength(truth.line.code.length);
  });
});
