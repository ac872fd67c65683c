import { describe, expect, it } from "vitest";
import { progressOf } from "./dump-progress.ts";

describe("the progress of reading a dump", () => {
  it("has a rate and the time left once a stage has run for a second, and begins anew with the next", () => {
    let now = 0;
    let said = "";
    const tell = progressOf(
      "a.hprof",
      400 << 20,
      (text) => void (said = text),
      () => now,
    );
    tell({ stage: "finding objects", done: 0 });
    expect(said).toBe("a.hprof: finding objects");
    now = 500;
    tell({ stage: "finding objects", done: 0.1 });
    expect(said).toBe("a.hprof: finding objects 10 %");
    now = 2000;
    tell({ stage: "finding objects", done: 0.25 });
    expect(said).toBe("a.hprof: finding objects 25 %, 50.0 MiB/s, 6 s left");
    tell({ stage: "summing up", done: 0.5 });
    expect(said).toBe("a.hprof: summing up 50 %");
  });

  it("tells no rate of what has no known size", () => {
    let now = 0;
    let said = "";
    const tell = progressOf(
      "a.hprof",
      null,
      (text) => void (said = text),
      () => now,
    );
    tell({ stage: "finding objects", done: 0 });
    now = 3000;
    tell({ stage: "finding objects", done: 0.5 });
    expect(said).toBe("a.hprof: finding objects 50 %, 3 s left");
  });
});
