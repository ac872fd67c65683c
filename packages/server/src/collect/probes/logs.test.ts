import type { LogRecord } from "@heaptide/logs";
import type { Observation } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { SYSTEM_CLOCK } from "../clock.ts";
import { LogsProbe } from "./logs.ts";

const line = (at: number, message: string): LogRecord => ({ at, level: "warn", thread: null, logger: "a.B", message, throwable: null });

const probeOf = (...polls: LogRecord[][]): LogsProbe =>
  new LogsProbe("1@0", async () => ({ poll: async () => polls.shift() ?? [], close: async () => undefined }), 1000, SYSTEM_CLOCK);

const ordinals = (seen: readonly Observation[]) => seen.flatMap((one) => (one.type === "log" ? [one.ordinal] : []));

describe("the logs probe", () => {
  it("numbers the lines of a pattern that have the same time, across polls too", async () => {
    const probe = probeOf([line(5, "slow"), line(5, "lost"), line(5, "slow")], [line(5, "slow"), line(6, "slow")]);
    expect(ordinals(await probe.look())).toEqual([0, 0, 1]);
    expect(ordinals(await probe.look())).toEqual([2, 0]);
  });

  it("gives the lines of a log that is read again the same numbers", async () => {
    const log = () => [line(5, "slow"), line(5, "slow"), line(6, "slow")];
    expect(await probeOf(log()).look()).toEqual(await probeOf(log()).look());
  });
});
