import { expect, it } from "vitest";
import { SCENARIOS } from "../scenarios/index.ts";
import { chosenFor } from "./chosen.ts";

it("chooses the same scenario for a commit each time, and every scenario for some commit", () => {
  const commits = Array.from({ length: 2000 }, (_, i) => i.toString(16).padStart(40, "0"));
  const chosen = commits.map((commit) => chosenFor(commit, SCENARIOS));
  expect(commits.map((commit) => chosenFor(commit, SCENARIOS))).toEqual(chosen);
  expect(new Set(chosen).size).toBe(SCENARIOS.length);
});
