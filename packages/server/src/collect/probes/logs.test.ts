import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogRecord } from "@heaptide/logs";
import type { Observation } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { SYSTEM_CLOCK } from "../clock.ts";
import { configurationIn, fileSource, LogsProbe } from "./logs.ts";

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

describe("a log file", () => {
  it("is read by the pattern that the program's own configuration names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heaptide-logs-"));
    try {
      const [log, configuration] = [join(folder, "job.log"), join(folder, "log4j.properties")];
      writeFileSync(configuration, "appender.main.layout.pattern = <%t> [%p] %c | %m%n\n");
      writeFileSync(log, "<main> [WARN] a.B | slow\njava.io.IOException: no\n\tat a.B.read(B.java:1)\n<main> [INFO] a.B | next\n");
      const source = await fileSource(log, configuration);
      expect(await source.poll()).toMatchObject([{ level: "warn", logger: "a.B", thread: "main", message: "slow", frame: "a.B.read" }]);
      await source.close();
      expect(await (await fileSource(log, join(folder, "absent.xml"))).poll()).not.toMatchObject([{ thread: "main" }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ["java -Dlog4j.configurationFile=file:/opt/flink/conf/log4j.properties -cp x", "/opt/flink/conf/log4j.properties"],
    ["java -Dlogback.configurationFile=/etc/logback.xml Main", "/etc/logback.xml"],
    ["java -Dlog4j2.configurationFile=file:///a/b.xml Main", "/a/b.xml"],
    ["java -Dlog4j.configurationFile=classpath:a.xml Main", null],
    ["java Main", null],
  ])("has its configuration where %s says", (command, file) => {
    expect(configurationIn(command)).toBe(file);
  });
});
