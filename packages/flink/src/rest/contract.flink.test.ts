import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isHeaptideError } from "@heaptide/base";
import { type ChangeSeen, type JobSeen, Observation, type OperatorCount } from "@heaptide/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changesBetween, type ClusterView, jobsSeen, observeCluster } from "../changes.ts";
import { buildCountingJob } from "../cluster/counting-job.ts";
import { type LocalCluster, startCluster } from "../cluster/launch.ts";
import { reportedProcess } from "../prometheus-reporter.ts";
import { FlinkClient } from "./client.ts";
import { LogTail } from "./logs.ts";
import { processSamples } from "./metrics.ts";
import { OPERATOR_COUNTER_INTERVAL, OperatorCounterProbe } from "./operator-counters.ts";

/** Two that were free a moment ago, as a cluster of two processes needs. */
async function freePorts(): Promise<number[]> {
  const servers = [0, 1].map(() => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** What stands at a port; nothing where nobody listens yet. */
const page = async (port: number): Promise<string> =>
  fetch(`http://127.0.0.1:${port}/metrics`)
    .then((response) => response.text())
    .catch(() => "");

/** Flink's own writer escapes nothing that these tests have in their labels. */
function samplesOf(text: string): { name: string; labels: Record<string, string>; value: number }[] {
  return [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = "", value]) => ({
    name: name!,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, content]) => [label!, content!])),
    value: Number(value),
  }));
}

/** Elements a second that the jobs count. */
const RATE = 20;

/** One contract for every version that is supported: whatever differs is hidden below these calls. */
describe.each(["2.3.0", "1.20.5"])("the REST API of Flink %s", (version) => {
  let cluster: LocalCluster;
  let client: FlinkClient;
  let jar: string;
  let directory: string;
  let ports: number[];
  // Of 1.20 the reporter's last releases are not in Maven Central.
  const hasReporter = version !== "1.20.5";
  const jobs = new Map<string, string>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "heaptide-counting-job-"));
    const restarts = {
      "restart-strategy.type": "fixed-delay",
      "restart-strategy.fixed-delay.attempts": "1",
      "restart-strategy.fixed-delay.delay": "100 ms",
    };
    ports = await freePorts();
    const reporter = {
      "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
      "metrics.reporter.prom.port": ports.join(","),
    };
    cluster = await startCluster({ version, heap: "160m", configuration: { ...restarts, ...(hasReporter && reporter) } });
    client = new FlinkClient(cluster.restUrl, { timeout: 60_000 });
    jar = await client.uploadJar(await buildCountingJob(version, directory));
    for (const shape of ["chain", "fan-out", "failing"]) {
      jobs.set(
        shape,
        await client.runJar(jar, { entryClass: "CountingJob", args: [`count-${shape}`, String(RATE), shape], parallelism: 1 }),
      );
    }
  }, 400_000);
  afterAll(async () => {
    await cluster?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Looks until what is seen is as expected; the test's own time-out ends it. */
  async function seeing(expected: (view: ClusterView) => boolean, previous: ClusterView | null = null): Promise<ClusterView> {
    for (;;) {
      const view = await observeCluster(client, previous);
      if (expected(view)) return view;
      await pause(300);
    }
  }
  const of = (view: ClusterView, shape: string) => view.jobs.find(({ id }) => id === jobs.get(shape));
  const running = (view: ClusterView) => ["chain", "fan-out", "failing"].every((shape) => of(view, shape)?.state === "RUNNING");
  const taskManager = () => ({ role: "taskmanager", id: cluster.taskManagers[0]!.flinkId }) as const;

  it("tells its version", async () => {
    expect(await client.version()).toBe(version);
  });

  it("shows jobs with their operators in the order of the chain, and the TaskManagers that run them", async () => {
    const seen = jobsSeen(await seeing(running), (id) => `incarnation of ${id}`);
    expect(seen.map((job) => Observation.parse(job))).toEqual(seen);
    const chain = (name: string) => (seen.find(({ job }) => job.name === name) as JobSeen).job;
    expect(chain("count-chain").incarnations).toEqual([`incarnation of ${cluster.taskManagers[0]!.flinkId}`]);
    expect(chain("count-chain").operators.map(({ name, position }) => [name, position])).toEqual([
      ["Source: numbers", 0],
      ["even", 1],
      ["half", 2],
      ["nowhere: Writer", 3],
    ]);
    expect(chain("count-fan-out").operators.map(({ name, position }) => [name, position])).toEqual([
      ["Source: numbers", 0],
      ["even", 1],
      ["half", 2],
      ["left: Writer", 3],
      ["double", 2],
      ["right: Writer", 3],
    ]);
  });

  it("tells what changed: deployments, a restart with its cause, and an end", async () => {
    const before = await seeing((view) => running(view) && of(view, "failing")!.failures.length > 0);
    const first = changesBetween(null, before);
    expect(first.map((change) => Observation.parse(change))).toEqual(first);
    const about = (changes: readonly ChangeSeen[], shape: string) => changes.filter(({ job }) => job === jobs.get(shape));
    expect(about(first, "chain")).toMatchObject([
      { kind: "job-deployed", title: "count-chain deployed", attributes: { newestJar: "counting-job.jar" } },
    ]);
    expect(about(first, "failing")).toMatchObject([
      { kind: "job-deployed" },
      { kind: "job-restarted", attributes: { exception: "java.lang.IllegalStateException", message: "element 20 is one too many" } },
    ]);

    await client.cancelJob(jobs.get("fan-out")!);
    const after = await seeing((view) => of(view, "fan-out")?.state === "CANCELED", before);
    expect(changesBetween(before, after)).toMatchObject([
      { kind: "job-ended", job: jobs.get("fan-out"), attributes: { state: "CANCELED" } },
    ]);
    expect(changesBetween(before, after)[0]!.at).toBe(of(after, "fan-out")!.endedAt);
  });

  it.runIf(hasReporter)(
    "publishes by its Prometheus reporter what is read as measures, limits, jobs and operators with their counts",
    async () => {
      const pages = async () =>
        (await Promise.all(ports.map(page))).map((text) => reportedProcess(samplesOf(text))).filter((one) => one !== null);
      let processes = await pages();
      const chainOf = () =>
        processes.flatMap(({ jobs: seen }) => seen).find(({ name, operators }) => name === "count_chain" && operators.length > 0);
      while ((chainOf()?.operators.find(({ name }) => name === "even")?.recordsIn ?? 0) < RATE) {
        await pause(500);
        processes = await pages();
      }
      expect(processes.map(({ role }) => role).toSorted()).toEqual(["jobmanager", "taskmanager"]);
      const taskManagerSeen = processes.find(({ role }) => role === "taskmanager")!;
      expect(taskManagerSeen.id).toBe(cluster.taskManagers[0]!.flinkId.replaceAll(/[^\w:]/g, "_"));
      expect([...taskManagerSeen.values.keys()]).toEqual(
        expect.arrayContaining([
          "heap.used",
          "heap.committed",
          "metaspace.used",
          "direct.used",
          "managed.used",
          "threads",
          "gc.count",
          "cpu.time",
        ]),
      );
      expect(taskManagerSeen.limits).toMatchObject({ heap: { value: expect.any(Number) as number }, "managed-memory": { unit: "B" } });
      const chain = chainOf()!;
      expect(chain.id).toBe(jobs.get("chain"));
      expect(chain.operators.map(({ name }) => name).toSorted()).toEqual(["Source:_numbers", "even", "half", "nowhere:_Writer"]);
    },
  );

  it("gives samples of both JVMs", async () => {
    for (const process of [{ role: "jobmanager" } as const, taskManager()]) {
      let samples = await processSamples(client, process, { incarnation: "i", at: 1 });
      // The first answer is empty until Flink has fetched something.
      for (; samples.length === 0; await pause(500)) samples = await processSamples(client, process, { incarnation: "i", at: 1 });
      expect(samples.map((sample) => Observation.parse(sample))).toEqual(samples);
      const values = new Map(samples.map(({ measure, value }) => [measure, value]));
      expect([...values.keys()]).toEqual(
        expect.arrayContaining([
          "heap.used",
          "heap.committed",
          "metaspace.used",
          "direct.used",
          "threads",
          "classes.loaded",
          "gc.count",
          "gc.time",
          "cpu.time",
        ]),
      );
      expect(values.get("heap.used")).toBeLessThanOrEqual(values.get("heap.committed")!);
      expect(values.get("threads")).toBeGreaterThan(10);
    }
  });

  it("counts the records of each operator, at the times at which they were counted", async () => {
    const probe = new OperatorCounterProbe(client);
    const counts: OperatorCount[] = [];
    const counted = (name: string, kind: OperatorCount["counter"]) =>
      counts.filter(({ job, operator, counter }) => job === jobs.get("chain") && operator === name && counter === kind);
    while (counted("half", "records-in").length < 3) {
      counts.push(...(await probe.poll()));
      await pause(OPERATOR_COUNTER_INTERVAL);
    }
    expect(counts.map((count) => Observation.parse(count))).toEqual(counts);
    const half = counted("half", "records-in");
    const growth = (of: readonly OperatorCount[]) => of.at(-1)!.value - of[0]!.value;
    // Half of the numbers pass the filter, however slowly a busy machine makes them.
    expect(growth(half) / growth(counted("even", "records-in"))).toBeCloseTo(0.5, 1);
    const rate = (growth(half) / (half.at(-1)!.at - half[0]!.at)) * 1000;
    expect(rate).toBeGreaterThan((RATE / 2) * 0.5);
    expect(rate).toBeLessThan((RATE / 2) * 1.5);
    expect(counted("even", "records-out").map(({ at }) => at)).toEqual(expect.arrayContaining(half.map(({ at }) => at)));
  });

  it("gives out a TaskManager's log as it grows", async () => {
    const tail = new LogTail(client, taskManager());
    let text = (await tail.poll()).text;
    expect(text).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO {2}org\.apache\.flink\.runtime\.taskexecutor\.TaskManagerRunner +\[\] - /,
    );
    await client.cancelJob(jobs.get("failing")!);
    while (!/final execution state CANCELED .* fails /.test(text)) {
      await pause(500);
      text += (await tail.poll()).text;
    }
    expect(text.match(/Starting TaskManager with ResourceID/g)).toHaveLength(1);
  });

  it("says of what is not there that it is gone", async () => {
    const codes = [
      client.job("0".repeat(32)),
      client.readLog({ role: "taskmanager", id: "nobody:1-abcdef" }, null, () => true),
      client.readLog(taskManager(), "no-such.log", () => true),
    ].map((call) =>
      call.then(
        () => "answered",
        (error: unknown) => (isHeaptideError(error) ? error.code : String(error)),
      ),
    );
    expect(await Promise.all(codes)).toEqual(["RESOURCE_GONE", "RESOURCE_GONE", "RESOURCE_GONE"]);
  });

  it("passes on what a job's main threw", async () => {
    const run = client.runJar(jar, { entryClass: "CountingJob", args: ["count", "1", "no-such-shape"] });
    await expect(run).rejects.toMatchObject({ code: "FLINK_REJECTED" });
  });
});
