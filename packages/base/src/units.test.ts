import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatRatio, parseDuration } from "./units.ts";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [1023.9 * 1024, "1.0 MiB"],
    [320 * 2 ** 20, "320 MiB"],
    [-45 * 2 ** 20, "-45.0 MiB"],
  ])("prints %d as %s", (size, text) => expect(formatBytes(size)).toBe(text));
});

describe("formatDuration", () => {
  it.each([
    [12.4, "12 ms"],
    [41_000, "41 s"],
    [59_700, "1 min"],
    [95_000, "1 min 35 s"],
    [7_260_000, "2 h 1 min"],
    [3 * 86_400_000, "3 d"],
  ])("prints %d ms as %s", (span, text) => expect(formatDuration(span)).toBe(text));
});

describe("formatRatio", () => {
  it.each([
    [1, "1.00"],
    [512, "512.00"],
    [0.98, "0.98"],
    [0.00208, "0.0021"],
    [-0.3, "-0.30"],
    [-1e-9, "0.00"],
    [0.9951, "1.00"],
  ])("prints %d as %s", (ratio, text) => expect(formatRatio(ratio)).toBe(text));
});

describe("parseDuration", () => {
  it.each([
    ["90s", 90_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["250ms", 250],
    [" 1.5m ", 90_000],
  ])("reads %s", (text, span) => expect(parseDuration(text)).toBe(span));

  it.each(["", "5", "m", "5 minutes", "-3s", "1e3s", "NaNs"])("refuses %j", (text) => expect(parseDuration(text)).toBeUndefined());
});
