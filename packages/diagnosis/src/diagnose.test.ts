import { APP_LOADER, frame, history, type HistorySpec, type JobSpec, type LeakSpec } from "@heaptide/testkit";
import { Diagnosis, type GapSeen } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

const MB = 1024 * 1024;
const job = (name: string, operator: string, perSecond: JobSpec["operators"][0]["perSecond"], from = 0, to?: number): JobSpec => ({
  name,
  from,
  ...(to === undefined ? {} : { to }),
  operators: [
    { name: "Source: events", perSecond },
    { name: operator, perSecond },
    { name: "Sink: Writer", perSecond },
  ],
});
const task = (operator: string) => `Source: events -> ${operator} -> Sink: Writer (1/1)#0`;
const FLINK_CALL = (hops: number) => [
  frame("org.apache.flink.streaming.api.operators.StreamMap.processElement", 38),
  ...Array.from({ length: hops }, () => frame("org.apache.flink.streaming.runtime.tasks.CopyingChainingOutput.pushToOperator", 75)),
  frame("org.apache.flink.streaming.runtime.tasks.StreamTask.invoke", 900),
];

/** A static map that keeps each element, as big as given. */
function staticMap(
  spec: Partial<LeakSpec> & { bytes?: number; owner?: string; value?: string; operator?: string; jobName?: string } = {},
): LeakSpec {
  const {
    bytes = 4000,
    owner = "com.acme.jobs.Dedup",
    value = "com.acme.jobs.Event",
    operator = "dedup",
    jobName = "events",
    ...rest
  } = spec;
  return {
    per: { job: jobName, operator },
    classes: {
      [value]: [1, 32],
      "java.util.concurrent.ConcurrentHashMap$Node": [1, 32],
      "java.lang.String": [2, 48],
      "byte[]": [2, bytes - 112],
    },
    samples: {
      count: 20,
      classes: [value],
      stack: [frame(`${owner}.map`, 42), ...FLINK_CALL(1)],
      thread: task(operator),
      chain: [
        { class: "java.util.concurrent.ConcurrentHashMap$Node", field: "val" },
        { class: "java.util.concurrent.ConcurrentHashMap$Node[]", arrayIndex: 7, arraySize: 1024 },
        { class: "java.util.concurrent.ConcurrentHashMap", field: "table", description: "Size: 812" },
        { class: "java.lang.Class", field: "SEEN", static: true, description: `Class Name: ${owner}` },
      ],
    },
    ...rest,
  };
}

/** A client with threads and tables of its own for each element: no single class leads by bytes. */
function clientPerElement(spec: Partial<LeakSpec> = {}): LeakSpec {
  return {
    per: { job: "venues", operator: "enrich" },
    classes: {
      "io.lib.http.Client": [1, 120],
      "io.lib.Timer": [1, 96],
      "io.lib.Timer$Bucket": [512, 512 * 32],
      "io.lib.Timer$Bucket[]": [1, 2064],
      "io.lib.LocalThread": [2, 200],
      "java.lang.Object[]": [40, 120_000],
      "byte[]": [30, 10_000],
    },
    takes: { threads: 2, descriptors: 3 },
    samples: {
      count: 12,
      classes: ["io.lib.Timer", "java.lang.Object[]"],
      stack: [
        frame("io.lib.Timer.createWheel", 120),
        frame("io.lib.Timer.<init>", 80),
        frame("io.lib.http.Client.<init>", 60),
        frame("io.lib.http.Dsl.client", 12),
        frame("com.acme.jobs.Enrich.asyncInvoke", 17),
        ...FLINK_CALL(1),
      ],
      thread: task("enrich"),
      chain: [{ class: "io.lib.LocalThread", field: "holder" }],
      root: { system: "Threads", type: "Stack Variable", description: "Thread Name: timer-7-1" },
    },
    ...spec,
  };
}

const run = (spec: HistorySpec) => Diagnosis.parse(diagnose(history(spec)));
const upTo = (spec: HistorySpec, seconds: number) => run({ ...spec, seconds });

describe("a leak on Flink", () => {
  const leak: HistorySpec = { seconds: 300, jobs: [job("events", "dedup", 5, 60)], leaks: [staticMap({ from: 60, bytes: 40_000 })] };

  it("is named by class, law, line, holder and deployment", () => {
    const { verdict, finding } = run(leak);
    expect(verdict).toBe("leaking");
    expect(finding).toMatchObject({
      resource: "heap",
      rootClass: "com.acme.jobs.Event",
      line: { class: "com.acme.jobs.Dedup", method: "map", file: "Dedup.java", line: 42 },
      holder: { kind: "static", owner: "com.acme.jobs.Dedup", field: "SEEN", size: 812 },
      law: { kind: "records-in", job: "events", operator: "dedup" },
      change: { kind: "job-deployed", job: "events" },
    });
    expect(finding?.law?.ratio.value).toBeCloseTo(1, 1);
    expect(finding?.exhaustion?.low).toBeGreaterThan(0);
    expect(finding?.headline).toContain("events keeps one Event per element through dedup");
  });

  it("is `growing` before it is `leaking`, with line and law already", () => {
    const early = upTo({ ...leak, leaks: [staticMap({ from: 60, bytes: 10_000 })] }, 145);
    expect(early.verdict).toBe("growing");
    expect(early.finding).toMatchObject({
      rootClass: "com.acme.jobs.Event",
      law: { operator: "dedup" },
      line: { line: 42 },
      exhaustion: null,
    });
    expect(early.finding?.missing.map((one) => one.what)).toContain("exhaustion");
  });

  it("charges arrays and nodes to the group, and never names them", () => {
    const { finding } = run(leak);
    expect(finding?.group.map((member) => member.class)).toContain("byte[]");
    expect(finding?.group[0]).toMatchObject({ class: "com.acme.jobs.Event", ratio: 1 });
  });

  it("names class and law without any recording, and says that the line is missing", () => {
    const { samples: _, ...unsampled } = staticMap({ from: 60, bytes: 40_000 });
    const { finding } = run({ ...leak, leaks: [unsampled] });
    expect(finding).toMatchObject({ verdict: "leaking", rootClass: "com.acme.jobs.Event", line: null });
    expect(finding?.missing.map((one) => one.what)).toContain("line");
  });

  it("counts a job whose place is not known yet as running here", () => {
    const whole = history(leak);
    const placeless = { ...whole, jobs: whole.jobs.map((own) => ({ ...own, incarnations: [] })) };
    expect(diagnose(placeless).finding?.law).toMatchObject({ job: "events", operator: "dedup" });
  });

  it("counts of a job in several processes what goes through the subtasks that run here", () => {
    const observed = history(leak);
    const [life] = observed.processes.flatMap(({ incarnations }) => incarnations.map(({ incarnation }) => incarnation.key));
    const spreadOver = (counts: Record<string, number>) => ({
      ...observed,
      jobs: observed.jobs.map((one) => ({
        ...one,
        spread: Object.fromEntries(one.operators.map(({ vertex }) => [vertex, counts])),
        operators: one.operators.map((operator) => ({ ...operator, parallelism: 4 })),
      })),
    });
    expect(diagnose(spreadOver({ [life!]: 2, elsewhere: 2 })).finding?.law).toMatchObject({ operator: "dedup", ratio: { value: 2 } });
    expect(diagnose(spreadOver({ elsewhere: 4 })).finding?.law?.kind).not.toBe("records-in");
    // Nobody has told yet where two of them run.
    expect(diagnose(spreadOver({ elsewhere: 2 })).finding?.law?.ratio.value).toBeCloseTo(1, 1);
  });

  it("tells drivers at different rates apart by ratio 1", () => {
    const { finding } = run({ ...leak, jobs: [...leak.jobs!, job("other", "enrich", 10, 0)] });
    expect(finding?.law?.job).toBe("events");
  });
});

describe("a client per element", () => {
  const leak: HistorySpec = { seconds: 150, jobs: [job("venues", "enrich", 5, 60)], leaks: [clientPerElement({ from: 60 })] };

  it("is one finding with its threads and descriptors as evidence", () => {
    const { findings, finding } = run(leak);
    expect(findings).toHaveLength(1);
    expect(finding).toMatchObject({
      verdict: "leaking",
      resource: "heap",
      rootClass: "io.lib.http.Client",
      line: { method: "asyncInvoke", line: 17 },
    });
    expect(finding?.evidence.filter((one) => one.kind === "trend")).toHaveLength(3);
    expect(finding?.group.find((member) => member.class === "io.lib.Timer$Bucket")?.ratio).toBe(512);
    expect(finding?.holder).toMatchObject({ kind: "thread", owner: "java.lang.Thread", description: "threads named timer-N-N" });
    expect(finding?.law?.ratio.value).toBeCloseTo(1, 1);
  });

  it("has its line named within 90 s of the deployment", () => {
    const { finding } = upTo(leak, 60 + 90);
    expect(finding?.line).toMatchObject({ class: "com.acme.jobs.Enrich", line: 17 });
    expect(finding?.law).toMatchObject({ operator: "enrich", job: "venues" });
  });

  it("takes a log line that names the class for evidence, and another for coincidence", () => {
    const { finding } = run({
      ...leak,
      logs: [
        { at: 80, pattern: "You are creating too many Timer instances" },
        { at: 90, pattern: "Connection to <*> refused", count: 9 },
      ],
    });
    expect(finding?.evidence.filter((one) => one.kind === "log").map((one) => one.for)).toEqual([true, false]);
  });

  it("takes a data gap since the onset of a job that runs here for evidence, and no other", () => {
    const { jobs, ...rest } = history(leak);
    const [own] = jobs;
    const gap = (job: string, second: number, title: string): GapSeen => {
      const from = rest.from + second * 1000;
      return { type: "gap", at: from + 50_000, id: `gap:${job}:${from}`, from, to: null, job, title };
    };
    const elsewhere = { ...own!, id: "job-elsewhere", incarnations: ["7@0"] };
    const website = { ...gap(own!.id, 210, "a website was down"), elsewhere: true };
    const gaps = [website, gap(own!.id, 20, "before"), gap(own!.id, 200, "stands"), gap(elsewhere.id, 200, "stands elsewhere")];
    const { findings } = Diagnosis.parse(diagnose({ ...rest, jobs: [own!, elsewhere], gaps }));
    const evidence = findings[0]!.evidence.filter((one) => one.kind === "gap");
    expect(evidence).toMatchObject([{ for: true, statement: "stands", numbers: { from: rest.from + 200_000 } }]);
  });
});

describe("no leak", () => {
  it("is a healthy job, however long it runs", () => {
    const noise = (s: number) => Math.sin(s * 12.9898) * 150_000;
    const { verdict, findings } = run({ seconds: 600, jobs: [job("events", "dedup", 5)], heap: { noise } });
    expect({ verdict, findings }).toEqual({ verdict: "healthy", findings: [] });
  });

  it("is a bounded cache: `growing` while it fills, healthy once it is full", () => {
    const cache: HistorySpec = { seconds: 400, jobs: [job("events", "dedup", 100)], leaks: [staticMap({ bytes: 700, bound: 15_000 })] };
    expect(upTo(cache, 140).verdict).toBe("growing");
    expect(upTo(cache, 190).verdict).toBe("healthy");
    expect(upTo(cache, 400)).toMatchObject({ verdict: "healthy", findings: [] });
  });

  it("is a level that follows the load", () => {
    const rate = (s: number) => (s < 150 ? 50 : 100);
    const level = (s: number) => rate(s) * 200_000;
    const { verdict, findings } = run({ seconds: 300, jobs: [job("events", "dedup", rate)], heap: { noise: level } });
    expect({ verdict, findings }).toEqual({ verdict: "healthy", findings: [] });
  });

  it("is a level that climbs with a climbing load", () => {
    const rate = (s: number) => 50 + s / 2;
    const { findings } = run({ seconds: 300, jobs: [job("events", "dedup", rate)], heap: { noise: (s) => rate(s) * 200_000 } });
    expect(findings).toEqual([]);
  });

  it("is judged too young to tell during the warm-up", () => {
    const { verdict, processes } = run({ seconds: 50, jobs: [job("events", "dedup", 5)], leaks: [staticMap({ bytes: 40_000 })] });
    expect(verdict).toBe("warming-up");
    expect(processes[0]?.why).toContain("since: ");
  });

  it("is threads that start up and then stand", () => {
    const threads = (s: number) => 60 + Math.min(40, s / 2);
    const { findings } = run({ seconds: 300, jobs: [job("events", "dedup", 5)], measures: { threads } });
    expect(findings).toEqual([]);
  });
});

describe("a leak whose input stops", () => {
  it("is still a leak: growth follows the accumulated input", () => {
    const rate = (s: number) => (s < 180 ? 20 : 0);
    const { findings } = run({ seconds: 240, jobs: [job("events", "dedup", rate)], leaks: [staticMap({ bytes: 20_000 })] });
    expect(findings[0]?.rootClass).toBe("com.acme.jobs.Event");
  });
});

describe("two leaks in two jobs", () => {
  it("are two findings, each with its own class, line and operator", () => {
    const other = { owner: "com.acme.users.Sessions", value: "com.acme.users.Session", operator: "sessions", jobName: "users" };
    const { findings } = run({
      seconds: 300,
      jobs: [job("events", "dedup", 5), job("users", "sessions", 10)],
      leaks: [staticMap({ bytes: 20_000 }), staticMap({ bytes: 10_000, ...other })],
    });
    const named = findings.map((one) => [one.rootClass, one.line?.class, one.law?.operator]);
    expect(named.toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1))).toEqual([
      ["com.acme.jobs.Event", "com.acme.jobs.Dedup", "dedup"],
      ["com.acme.users.Session", "com.acme.users.Sessions", "sessions"],
    ]);
  });
});

describe("a fix", () => {
  const leaky = job("venues", "enrich", 5, 60, 200);
  const spec = (seconds: number, after: LeakSpec[] = []): HistorySpec => ({
    seconds,
    jobs: [job("venues", "enrich", 5, 0, 58), leaky, job("venues", "enrich", 5, 203)],
    leaks: [clientPerElement({ from: 60, to: 201 }), ...after],
  });

  it("is verified by a law that has gone to 0 and memory that is released", () => {
    const { verdict, finding } = run(spec(320));
    expect(verdict).toBe("healthy");
    expect(finding?.verification).toMatchObject({ verdict: "verified", released: true, change: { kind: "job-deployed", job: "venues" } });
    expect(finding?.verification?.elements).toBeGreaterThan(200);
  });

  it("is too early to tell at first, and says what is needed", () => {
    const { finding } = run(spec(235));
    expect(finding?.verification).toMatchObject({ verdict: "too-early" });
    expect(finding?.verification?.needed).toMatch(/of snapshots/);
  });

  it("is not one if the law stays the same", () => {
    const { verdict, findings } = run(spec(320, [clientPerElement({ from: 203 })]));
    expect(verdict).toBe("leaking");
    expect(findings).toHaveLength(1);
    expect(findings[0]?.verification?.verdict).toBe("not-fixed");
  });

  it("may come with a new TaskManager", () => {
    const restarted = { ...spec(330), restarts: [202] };
    expect(run(restarted).finding?.verification).toMatchObject({ verdict: "verified" });
  });
});

describe("a leak that was fixed", () => {
  it("keeps its line from the dump before the fix", () => {
    const fixed: HistorySpec = {
      seconds: 320,
      jobs: [job("venues", "enrich", 5, 60, 200), job("venues", "enrich", 5, 203)],
      leaks: [clientPerElement({ from: 60, to: 201 })],
    };
    const [before, after] = [history({ ...fixed, seconds: 190 }), history(fixed)];
    const dump = before.processes[0]!.incarnations[0]!.allocations!;
    const later = { ...dump, at: after.to, oldObjects: [], stacks: [] };
    const incarnations = [{ ...after.processes[0]!.incarnations[0]!, allocations: later, earlierAllocations: [dump] }];
    const { finding } = diagnose({ ...after, processes: [{ ...after.processes[0]!, incarnations }] });
    expect(finding).toMatchObject({ line: { line: 17 }, verification: { verdict: "verified" } });
  });
});

describe("counted resources", () => {
  it("show a leak of class loaders as one per submission", () => {
    const jobs = Array.from({ length: 12 }, (_, i) => job("nightly", "load", 5, 10 + i * 30, 35 + i * 30));
    const loaders: LeakSpec[] = jobs.map(({ from = 0 }) => ({
      from,
      per: { second: 1000 },
      bound: 1,
      classes: { "org.apache.flink.util.ChildFirstClassLoader": [1, 96] },
    }));
    const { findings } = run({ seconds: 380, jobs, leaks: loaders });
    expect(findings[0]).toMatchObject({ resource: "class-loaders", verdict: "leaking", law: { kind: "submissions" } });
    expect(findings[0]?.law?.ratio.value).toBeCloseTo(1, 1);
  });

  it("show a leak of threads by its law, long before the heap tells", () => {
    const threads: LeakSpec = {
      per: { job: "events", operator: "dedup", ratio: 0.1 },
      classes: { "java.lang.Thread": [1, 376], "java.util.concurrent.ThreadPoolExecutor": [1, 80] },
      takes: { threads: 1 },
    };
    const { findings } = run({ seconds: 150, jobs: [job("events", "dedup", 5)], leaks: [threads] });
    expect(findings[0]).toMatchObject({ resource: "threads", verdict: "leaking", law: { operator: expect.any(String) } });
    expect(findings).toHaveLength(1);
  });

  it("show a leak of descriptors", () => {
    const files: LeakSpec = {
      per: { job: "events", operator: "dedup" },
      classes: { "java.io.FileOutputStream": [1, 32], "java.io.FileDescriptor": [1, 40] },
      takes: { descriptors: 1 },
    };
    const { findings } = run({ seconds: 150, jobs: [job("events", "dedup", 5)], leaks: [files] });
    expect(findings[0]).toMatchObject({ resource: "descriptors", rootClass: "java.io.FileOutputStream", verdict: "leaking" });
  });
});

describe("a plain JVM", () => {
  it("leaks by the clock, on the line of its main class", () => {
    const leak: LeakSpec = {
      per: { second: 10 },
      classes: { "com.shop.Order": [1, 40], "byte[]": [1, 20_000], "java.util.ArrayList": [1, 24] },
      samples: {
        count: 15,
        classes: ["com.shop.Order"],
        stack: [frame("com.shop.Orders.keep", 33, APP_LOADER), frame("com.shop.Main.main", 9, APP_LOADER)],
        thread: "main",
        chain: [
          { class: "java.lang.Object[]" },
          { class: "java.util.ArrayList", field: "elementData", description: "Size: 99" },
          { class: "com.shop.Orders", field: "all" },
        ],
      },
    };
    const { finding } = run({
      seconds: 200,
      role: "jvm",
      command: "/usr/bin/java -Xmx320m -cp app.jar com.shop.Main --port 80",
      leaks: [leak],
    });
    expect(finding).toMatchObject({
      verdict: "leaking",
      rootClass: "com.shop.Order",
      line: { class: "com.shop.Orders", line: 33 },
      holder: { kind: "field", owner: "com.shop.Orders", field: "all", collection: "java.util.ArrayList" },
      law: { kind: "wall-time" },
    });
  });
});

describe("poor input", () => {
  it("is unknown where nothing was seen, and says what to do", () => {
    const empty = { ...history({ seconds: 10 }), processes: [], jobs: [], changes: [] };
    expect(diagnose(empty)).toMatchObject({ verdict: "unknown", finding: null, missing: [{ what: "processes", next: "heaptide ps" }] });
  });

  it("is unknown where the live set was never measured", () => {
    const { verdict, missing } = run({ seconds: 300, every: 0 });
    expect(verdict).toBe("unknown");
    expect(missing[0]?.next).toMatch(/^heaptide diagnose --pid/);
  });

  it("is a process that lived for three seconds", () => {
    const { processes } = [history({ seconds: 300 })].map((whole) => {
      const own = whole.processes[0]!.incarnations[0]!;
      const short = { ...own, incarnation: { ...own.incarnation, endedAt: own.incarnation.startedAt + 3000 } };
      return diagnose({ ...whole, processes: [{ ...whole.processes[0]!, incarnations: [short] }] });
    })[0]!;
    expect(processes[0]).toMatchObject({ verdict: "unknown" });
    expect(processes[0]?.why).toContain("3 s");
  });

  it("may name its limit nowhere", () => {
    const { finding } = run({
      seconds: 300,
      heap: { limit: null },
      jobs: [job("events", "dedup", 5)],
      leaks: [staticMap({ bytes: (40 * MB) / 1000 })],
    });
    expect(finding).toMatchObject({ verdict: "growing", limit: null, exhaustion: null });
  });
});
