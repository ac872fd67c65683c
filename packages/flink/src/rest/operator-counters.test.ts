import { describe, expect, it } from "vitest";
import { MetricRefreshes } from "./metric-refreshes.ts";
import { type CounterSource, OperatorCounterProbe } from "./operator-counters.ts";

const INTERVAL = 10_000;

/**
 * A cluster with one job that reads its metrics as Flink does: lazily, at most every 10 s, and answering the old ones meanwhile. `value` is what its
 * TaskManager would count at a time.
 */
function lazyCluster(value: (at: number) => number) {
  const clock = { now: 1_000_000 };
  const refreshes = new MetricRefreshes(INTERVAL);
  let stored: { readAt: number } | null = null;
  let answered: { readAt: number } | null = null;
  const request = () => {
    refreshes.requested(clock.now);
    answered = stored;
    if (stored === null || clock.now - stored.readAt > INTERVAL) stored = { readAt: clock.now };
    clock.now += 1;
  };
  const state = { job: "job-1", gone: false };
  return {
    clock,
    state,
    /** A request of the web UI, say, that our own client knows nothing of. */
    foreignRequest() {
      if (stored === null || clock.now - stored.readAt > INTERVAL) stored = { readAt: clock.now };
    },
    source: {
      refreshes,
      jobs: async () =>
        state.gone ? [] : [{ jid: state.job, name: "n", state: "RUNNING", "start-time": 1, "end-time": null, "last-modification": 1 }],
      job: async () => ({
        jid: state.job,
        name: "n",
        state: "RUNNING",
        "start-time": 1,
        "end-time": null,
        timestamps: {},
        vertices: [{ id: "v", name: "Source: a -> keep all", parallelism: 2, status: "RUNNING", "start-time": 1 }],
      }),
      metrics: async () => (request(), new Map()),
      vertexMetricIds: async () => [
        "keep_all.numRecordsIn",
        "keep_all.numRecordsInPerSecond",
        "keep_all.mine.numRecordsIn",
        "numRecordsIn",
      ],
      vertexMetricSums: async (_job: string, _vertex: string, ids: readonly string[]) => {
        request();
        return new Map(answered === null ? [] : ids.map((id) => [id, value(answered!.readAt)]));
      },
    } satisfies CounterSource,
  };
}

const elapsed = (cluster: { clock: { now: number } }, ms: number) => {
  cluster.clock.now += ms;
};

async function watch(cluster: ReturnType<typeof lazyCluster>, polls: number, every = 2_000) {
  const probe = new OperatorCounterProbe(cluster.source, { refreshTime: 0, clock: () => cluster.clock.now });
  const counts = [];
  for (let i = 0; i < polls; i++) {
    counts.push(...(await probe.poll()));
    elapsed(cluster, every);
  }
  return counts;
}

describe("OperatorCounterProbe", () => {
  const perSecond = (rate: number) => (at: number) => (at * rate) / 1000;

  it("stamps a count with the time at which Flink read it", async () => {
    const counts = await watch(lazyCluster(perSecond(1000)), 40, 2_300);
    expect(counts.length).toBeGreaterThan(5);
    for (const { at, value } of counts) expect(value).toBe(at);
  });

  it("is at most one poll late when somebody else made Flink read", async () => {
    const cluster = lazyCluster(perSecond(1000));
    const probe = new OperatorCounterProbe(cluster.source, { refreshTime: 0, clock: () => cluster.clock.now });
    const counts = [];
    for (let i = 0; i < 60; i++) {
      counts.push(...(await probe.poll()));
      elapsed(cluster, 1_300);
      cluster.foreignRequest();
      elapsed(cluster, 1_000);
    }
    expect(counts.length).toBeGreaterThan(5);
    for (const { at, value } of counts) {
      expect(at).toBeGreaterThanOrEqual(value);
      expect(at - value).toBeLessThan(2_400);
    }
  });

  it("names operators as the job's vertex does and leaves out what is no operator's own counter", async () => {
    const [count, ...rest] = await watch(lazyCluster(perSecond(1)), 20, 2_300);
    expect(count).toMatchObject({ type: "count", job: "job-1", vertex: "v", operator: "keep all", counter: "records-in" });
    expect(new Set(rest.map(({ operator }) => operator))).toEqual(new Set(["keep all"]));
  });

  it("confirms a counter that stands still, never ahead of what is certain", async () => {
    const stillFrom = 1_030_000;
    const counts = await watch(
      lazyCluster((at) => Math.min(at, stillFrom)),
      60,
      2_300,
    );
    const standing = counts.filter(({ value }) => value === stillFrom);
    expect(standing.length).toBeGreaterThan(3);
    expect(standing.at(-1)!.at).toBeGreaterThan(1_100_000);
    for (const [i, { at }] of counts.entries()) if (i > 0) expect(at).toBeGreaterThan(counts[i - 1]!.at);
  });

  it("tells a counter that falls back to 0 after a restart", async () => {
    const restart = 1_040_000;
    const counts = await watch(
      lazyCluster((at) => (at < restart ? at : at - restart)),
      60,
      2_300,
    );
    const falls = counts.filter(({ value }, i) => i > 0 && value < counts[i - 1]!.value);
    expect(falls).toHaveLength(1);
    expect(falls[0]!.at - falls[0]!.value).toBe(restart);
  });

  it("forgets a job that has ended, and keeps the next one of the same jar apart", async () => {
    const cluster = lazyCluster(perSecond(1000));
    const probe = new OperatorCounterProbe(cluster.source, { refreshTime: 0, clock: () => cluster.clock.now });
    const poll = async (times: number) => {
      const counts = [];
      for (let i = 0; i < times; i++, elapsed(cluster, 2_300)) counts.push(...(await probe.poll()));
      return counts;
    };
    await poll(10);
    cluster.state.gone = true;
    expect(await poll(3)).toEqual([]);
    cluster.state.gone = false;
    cluster.state.job = "job-2";
    expect(new Set((await poll(10)).map(({ job }) => job))).toEqual(new Set(["job-2"]));
  });
});
