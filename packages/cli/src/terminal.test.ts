import { describe, expect, it } from "vitest";
import { progressOn, terminalOf } from "./terminal.ts";

/** A terminal that remembers what was written to it. */
function stream(spec: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  return {
    ...spec,
    columns: spec.columns ?? 80,
    getColorDepth: () => 8,
    written,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
  };
}

describe("terminalOf", () => {
  it.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["a pipe", { isTTY: false }, {}, false],
    ["a terminal with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["a terminal with both NO_COLOR and FORCE_COLOR", { isTTY: true }, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
    ["a pipe with FORCE_COLOR", { isTTY: false }, { FORCE_COLOR: "1" }, true],
  ])("knows whether to colour on %s", (_, spec, variables, colours) => {
    expect(terminalOf(stream(spec), variables).style("red", "x") !== "x").toBe(colours);
  });
});

describe("progressOn", () => {
  it("keeps to lines that stay where nobody watches", () => {
    const pipe = stream({ isTTY: false });
    const progress = progressOn(pipe);
    progress.update("working");
    progress.line("one done");
    progress.clear();
    expect(pipe.written).toEqual(["one done\n"]);
  });

  it("leaves nothing of the moving line behind", () => {
    const terminal = stream({ isTTY: true, columns: 20 });
    const progress = progressOn(terminal);
    progress.update("a text that is longer than the terminal is wide");
    progress.clear();
    expect(terminal.written[0]!.replace("\r\x1b[K", "").length).toBeLessThan(20);
    expect(terminal.written.at(-1)).toBe("\r\x1b[K");
  });
});
