import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parametersOf } from "./parameters.ts";
import { PatternMiner } from "./pattern-miner.ts";

describe("parameters of a message", () => {
  it.each([
    ["Checkpoint <*> done in <*> (<*>)", "Checkpoint 17 done in  312ms (1.5MB)", ["17", "312ms", "1.5MB"]],
    ["Task events (<*>/<*>)#<*> is RUNNING", "Task events (1/4)#0 is RUNNING", ["1", "4", "0"]],
    ["User <*> logged in", "User ada logged in\nfrom Berlin", ["ada"]],
    ["<*>", "anything at all", ["anything at all"]],
    ["Nothing varies", "Nothing varies", []],
    ["User <*> logged in", "Somebody logged in", null],
    ["a <*> b", "a b", null],
  ])("%s in %j are %j", (pattern, message, expected) => {
    expect(parametersOf(pattern, message)).toEqual(expected);
  });

  it("fill the pattern to the message again, for whatever the miner made of two messages", () => {
    const word = fc.stringMatching(/^[a-z]{1,4}$|^\d{1,3}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 6 }), fc.array(word, { minLength: 2, maxLength: 6 }), (one, other) => {
        const miner = new PatternMiner();
        const record = (message: string) => ({ at: 0, level: "info" as const, logger: null, thread: null, throwable: null, message });
        miner.add(record(one.join(" ")));
        const { pattern } = miner.add(record(other.join(" ")));
        const parameters = parametersOf(pattern, other.join(" "));
        if (parameters === null) return;
        let i = 0;
        expect(pattern.replaceAll("<*>", () => parameters[i++]!)).toBe(other.join(" "));
      }),
    );
  });
});
