import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const KNOWN = ["histogram", "diagnose", "doctor", "ps"];

describe("nearest", () => {
  it.each([
    ["histgram", "histogram"],
    ["diagnsoe", "diagnose"],
    ["DOCTOR", "doctor"],
    ["pss", "ps"],
  ])("takes %s for %s", (word, meant) => {
    expect(nearest(word, KNOWN)).toBe(meant);
  });

  it("says nothing about a word that is like none", () => {
    expect(nearest("banana", KNOWN)).toBeUndefined();
  });
});
