import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogReader } from "./reader.ts";
import type { LogRecord } from "./record.ts";

/** A line as Flink's own log4j.properties writes it. */
function line(spec: { level?: string; logger?: string; message?: string; time?: string } = {}): string {
  const { level = "INFO", logger = "org.example.Job", message = "started", time = "2026-11-02 10:15:30,123" } = spec;
  return `${time} ${level.padEnd(5)} ${logger.padEnd(60)} [] - ${message}\n`;
}

const TRACE = [
  "java.util.concurrent.CompletionException: java.lang.IllegalStateException: no client",
  "\tat java.base/java.util.concurrent.CompletableFuture.encodeThrowable(CompletableFuture.java:332)",
  "\tSuppressed: java.io.IOException: closing",
  "\t\tat org.example.Job.close(Job.java:8)",
  "\tCaused by: java.net.SocketException: of the suppressed one",
  "Caused by: org.example.ClientException: second",
  "\tat org.example.Job.call(Job.java:12)",
  "\t... 3 more",
  "Caused by: java.lang.OutOfMemoryError: unable to create native thread",
  "\tat java.base/java.lang.Thread.start0(Native Method)",
  "\t... 12 common frames omitted",
  "",
].join("\n");

function read(text: string, options: ConstructorParameters<typeof LogReader>[0] = {}): LogRecord[] {
  const reader = new LogReader({ timeZone: "UTC", ...options });
  return [...reader.push(text), ...reader.end()];
}

describe("LogReader on pattern layouts", () => {
  it("reads the lines of Flink's default layout", () => {
    expect(read(line({ level: "WARN", message: "Slow - very - slow" }))).toEqual([
      {
        at: Date.parse("2026-11-02T10:15:30.123Z"),
        level: "warn",
        logger: "org.example.Job",
        thread: null,
        message: "Slow - very - slow",
        throwable: null,
      },
    ]);
  });

  it.each([
    ["Flink with a context map", "2026-11-02 10:15:30,123 INFO  o.e.Job      [{flink-job-id=a1b2}] - message", null],
    ["Flink without a context", "2026-11-02 10:15:30,123 INFO  o.e.Job - message", null],
    ["logback", "2026-11-02 10:15:30.123 [main] INFO  o.e.Job - message", "main"],
    ["a thread after the level", "2026-11-02 10:15:30,123 INFO  [Source: a -> b (1/1)#0] o.e.Job - message", "Source: a -> b (1/1)#0"],
    ["Spring Boot", "2026-11-02T11:15:30.123+01:00  INFO 4711 --- [app] [           main] o.e.Job      : message", "main"],
  ])("reads %s", (_, text, thread) => {
    const at = Date.parse("2026-11-02T10:15:30.123Z");
    expect(read(text)).toEqual([{ at, level: "info", logger: "o.e.Job", thread, message: "message", throwable: null }]);
  });

  it("keeps the time open where a line names no day", () => {
    expect(read("10:15:30.123 [main] ERROR o.e.Job - message")[0]).toMatchObject({ at: null, level: "error", logger: "o.e.Job" });
  });

  it("reads a time without a zone in the zone that it is told", () => {
    expect(read(line(), { timeZone: "America/New_York" })[0]!.at).toBe(Date.parse("2026-11-02T15:15:30.123Z"));
  });

  it("names the last cause of a stack trace, not that of a suppressed exception", () => {
    const [record, next] = read(line({ level: "ERROR", message: "Failed" }) + TRACE + line());
    expect(record).toMatchObject({ message: "Failed", throwable: "java.lang.OutOfMemoryError" });
    expect(next).toMatchObject({ message: "started", throwable: null });
  });

  it("names the first frame of the root cause that is not the JDK's, whatever encloses it", () => {
    const text = `${line({ level: "ERROR" })}java.lang.RuntimeException: outer
\tat org.example.Outer.run(Outer.java:1)
Caused by: java.lang.NullPointerException
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat app//org.example.Job$$Lambda/0x7f00.map(Unknown Source)
\tat org.example.Job.call(Job.java:12)
\t... 3 more
`;
    expect(read(text)[0]).toMatchObject({ throwable: "java.lang.NullPointerException", frame: "org.example.Job.map" });
    const rootFirst = `${line()}java.io.IOException: root
\tat org.example.Job.read(Job.java:3)
Wrapped by: java.lang.RuntimeException
\tat org.example.Outer.run(Outer.java:1)
`;
    expect(read(rootFirst)[0]).toMatchObject({ throwable: "java.io.IOException", frame: "org.example.Job.read" });
  });

  it("takes the exception itself where it has no cause", () => {
    const text = `${line({ level: "ERROR" })}java.lang.IllegalStateException: several\nlines\n\tat a.B.c(B.java:1)\n`;
    expect(read(text)[0]).toMatchObject({ message: "started", throwable: "java.lang.IllegalStateException" });
  });

  it("keeps the further lines of a message", () => {
    expect(read(`${line({ message: "Options:" })}  -Xmx320m\n\n  -Xms64m\n${line()}`).map((r) => r.message)).toEqual([
      "Options:\n  -Xmx320m\n\n  -Xms64m",
      "started",
    ]);
  });
});

describe("LogReader on JSON lines", () => {
  const at = Date.parse("2026-11-02T10:15:30.123Z");
  const cause = { throwable: "java.lang.OutOfMemoryError", frame: "java.lang.Thread.start0" };
  const expected = { at, level: "error", logger: "o.e.Job", thread: "main", message: "Failed", ...cause };
  const trace = TRACE.trimEnd();

  it.each([
    [
      "ECS, flat",
      {
        "@timestamp": "2026-11-02T10:15:30.123Z",
        "log.level": "ERROR",
        message: "Failed",
        "process.thread.name": "main",
        "log.logger": "o.e.Job",
        "error.type": "java.util.concurrent.CompletionException",
        "error.stack_trace": trace,
      },
    ],
    [
      "ECS, nested",
      {
        "@timestamp": "2026-11-02T11:15:30.123+01:00",
        log: { level: "ERROR", logger: "o.e.Job" },
        message: "Failed",
        process: { thread: { name: "main" } },
        error: { stack_trace: trace.split("\n") },
      },
    ],
    [
      "Logstash",
      {
        "@timestamp": "2026-11-02T10:15:30.123Z",
        level: "ERROR",
        logger_name: "o.e.Job",
        thread_name: "main",
        message: "Failed",
        stack_trace: trace,
      },
    ],
    [
      "log4j's JsonLayout",
      {
        instant: { epochSecond: at / 1000 - 0.123, nanoOfSecond: 123_000_000 },
        level: "ERROR",
        loggerName: "o.e.Job",
        thread: "main",
        message: "Failed",
        thrown: { name: "java.util.concurrent.CompletionException", extendedStackTrace: trace },
      },
    ],
    [
      "GELF",
      { version: "1.1", timestamp: at / 1000, level: 3, _logger: "o.e.Job", _thread: "main", short_message: "Failed", full_message: trace },
    ],
    [
      "a template of one's own",
      { when: "2026-11-02T10:15:30.123Z", sev: "ERROR", src: { klass: "o.e.Job", thr: "main" }, what: "Failed", dump: trace, env: "x" },
    ],
    [
      "another, in words of another language",
      {
        zeit: "2026-11-02T10:15:30,123Z",
        nummer: 12,
        stufe: "Error",
        quelle: "o.e.Job",
        thread_id: "main",
        meldung: "Failed",
        stapel: trace.split("\n"),
      },
    ],
  ])("reads %s", (_, object) => {
    expect(read(`${JSON.stringify(object)}\n`)).toEqual([expected]);
  });

  it("does not mistake JSON of another kind for a record", () => {
    const others = ['{"name":"Paris"}', "{broken", '{"severity_text":"info","what":"no time"}', '{"time":1795000000000,"what":"no level"}'];
    expect(read(others.join("\n")).map((r) => [r.at, r.message])).toEqual(others.map((line) => [null, line]));
  });
});

describe("LogReader on plain lines", () => {
  it("gives each line a record, and a stack trace to the line before it", () => {
    const text = `starting\nException in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)\nERROR again\n`;
    expect(read(text).map((r) => [r.level, r.message, r.throwable])).toEqual([
      ["info", "starting", null],
      ["error", 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space', "java.lang.OutOfMemoryError"],
      ["error", "ERROR again", null],
    ]);
  });
});

describe("LogReader in pieces", () => {
  const text = `${line({ message: "geöffnet ✓" })}${line({ level: "ERROR" })}${TRACE}{"level":"INFO","message":"json"}\r\nplain\r\n${line()}unfinished`;

  it("gives the same records wherever the chunks are cut, even inside a character", () => {
    const bytes = new TextEncoder().encode(text);
    const whole = read(text);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), (cuts) => {
        const reader = new LogReader({ timeZone: "UTC" });
        const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const records = borders.slice(1).flatMap((end, i) => reader.push(bytes.subarray(borders[i], end)));
        expect([...records, ...reader.end()]).toEqual(whole);
      }),
    );
  });

  it("never throws and never keeps more than it may, whatever is pushed", () => {
    const noise = fc.oneof(fc.string(), fc.constantFrom(line(), TRACE, "\n", "{", "\tat ", "Caused by: a.B", '{"level":1,"message":"x"}'));
    fc.assert(
      fc.property(fc.array(noise), (pieces) => {
        for (const record of read(pieces.join(""), { longest: 40 })) expect(record.message.length).toBeLessThanOrEqual(40);
      }),
    );
  });

  it("holds the last record back until it is asked for, and drops what comes late of its stack trace", () => {
    const reader = new LogReader({ timeZone: "UTC" });
    expect(reader.push(line({ level: "ERROR" }))).toEqual([]);
    expect(reader.flush()).toHaveLength(1);
    expect(reader.push("\tat a.B.c(B.java:1)\n")).toEqual([]);
    expect(reader.flush()).toEqual([]);
  });
});
