import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogReader } from "../reader.ts";
import { TimeZone } from "../time-zone.ts";
import { configuredLayout } from "./configured.ts";
import { patternsInConfiguration } from "./configuration.ts";

const UTC = new TimeZone("UTC");
const AT = Date.parse("2026-11-02T10:15:30.123Z");

describe("a layout that was configured", () => {
  it.each([
    ["%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n", "2026-11-02 10:15:30,123 WARN  o.e.Job                       - slow", {}],
    [
      "%d{ISO8601} [%t] %-5level %c{1.}:%L - %msg%n%throwable",
      "2026-11-02T10:15:30,123 [main] WARN  o.e.Job:17 - slow",
      { thread: "main" },
    ],
    [
      "[%p] %d{dd/MMM/yyyy:HH:mm:ss.SSS Z} <%t> %c{2} | %m%n",
      "[WARN] 02/Nov/2026:11:15:30.123 +0100 <main> o.e.Job | slow",
      { thread: "main" },
    ],
    ["%d{UNIX_MILLIS} %p %c %m%n", `${AT} WARN o.e.Job slow`, {}],
    [
      "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %highlight(%-5level) [%15.15thread] %cyan(%logger{36}) : %msg%n",
      "2026-11-02T12:15:30.123+02:00 WARN  [           main] o.e.Job : slow",
      { thread: "main" },
    ],
    ["%p|%c|%t|%d{yyyyMMdd HHmmssSSS}{UTC}|%X{job}|%m%n%xEx", "WARN|o.e.Job|main|20261102 101530123|a=b|slow", { thread: "main" }],
    ["%m -- %p from %c at %d{MM/dd/yy hh:mm:ss.SSS a}%n", "slow -- WARN from o.e.Job at 11/02/26 10:15:30.123 AM", {}],
    ["100%% %p (%c) %m%n", "100% WARN (o.e.Job) slow", { at: null }],
    ["%r [%t] %p %c %x - %m%n", "4711 [main] WARN o.e.Job  - slow", { at: null, thread: "main" }],
    ["%d{HH:mm:ss.SSS} %p %c - %m%n", "10:15:30.123 WARN o.e.Job - slow", { at: null }],
  ])("%s reads %s", (pattern, line, differs) => {
    const record = { at: AT, level: "warn", logger: "o.e.Job", thread: null, message: "slow", throwable: null, ...differs };
    expect(configuredLayout(pattern)!(line, UTC)).toEqual(record);
  });

  it.each([
    ["%d{ISO8601} %p %c - %m%n", "\tat org.example.Job.map(Job.java:12)"],
    ["%d{yyyy-MM-dd HH:mm:ss} %p %m%n", "2026-11-02 10:15:30 Reading all"],
    ["%p %m%n", "Caused by: java.io.IOException"],
  ])("%s leaves %j alone", (pattern, line) => {
    expect(configuredLayout(pattern)!(line, UTC)).toBeUndefined();
  });

  it("is none without a message", () => {
    expect(configuredLayout("%d %p %n")).toBeNull();
    expect(configuredLayout("")).toBeNull();
  });

  it("keeps stack traces and further lines with the record before them", () => {
    const reader = new LogReader({ timeZone: "UTC", patterns: ["[%p] <%t> %c | %m%n"] });
    const text =
      "[ERROR] <main> o.e.Job | Failed\njava.lang.IllegalStateException: no\n\tat o.e.Job.map(Job.java:3)\n[INFO] <main> o.e.Job | next\n";
    expect([...reader.push(text), ...reader.end()]).toMatchObject([
      { level: "error", message: "Failed", throwable: "java.lang.IllegalStateException", frame: "o.e.Job.map" },
      { level: "info", message: "next" },
    ]);
  });

  it("never throws, and is never slow, whatever pattern and line", () => {
    const piece = fc.constantFrom(
      "%d",
      "%d{",
      "{HH:mm}",
      "%p",
      "%-5c",
      "%m",
      "%n",
      "%x",
      "(",
      ")",
      "[",
      "\\",
      "%highlight{%p}",
      " ",
      "$",
      "^",
    );
    fc.assert(
      fc.property(fc.array(piece), fc.string(), (pieces, line) => {
        configuredLayout(pieces.join(""))?.(line, UTC);
      }),
    );
  });
});

describe("patterns in a configuration", () => {
  it.each([
    ["log4j's properties", "appender.main.type = File\nappender.main.layout.pattern = %d %p %c - %m%n\n", ["%d %p %c - %m%n"]],
    ["log4j 1", "log4j.appender.file.layout.ConversionPattern=%d [%t] %p %m%n", ["%d [%t] %p %m%n"]],
    [
      "log4j's XML",
      '<Properties><Property name="P">%d %p</Property></Properties><PatternLayout pattern="${P} &lt;%t&gt; %m%n"/>',
      ["%d %p <%t> %m%n"],
    ],
    [
      "logback",
      "<encoder>\n  <pattern>\n %d [%thread] %-5level %logger - %msg%n </pattern></encoder>",
      ["%d [%thread] %-5level %logger - %msg%n"],
    ],
    ["YAML", 'PatternLayout:\n  pattern: "%d %p %m%n"\n', ["%d %p %m%n"]],
    ["nothing of the kind", "rootLogger.level = INFO\npattern of life = quiet", []],
  ])("are found in %s", (_, text, patterns) => {
    expect(patternsInConfiguration(text)).toEqual(patterns);
  });
});
