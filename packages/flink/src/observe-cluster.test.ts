import { HeaptideError } from "@heaptide/base";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ClusterSource, type ClusterView, jobsSeen, observeCluster } from "./changes.ts";

/** One job of one vertex. The list of jobs is always fresh; the details are those that Flink copied last. */
interface Cluster {
  state: string;
  modifiedAt: number;
  taskManagers: string[];
  /** Details were asked for so often. */
  looks: number;
  isGone: boolean;
}

function source(cluster: Cluster): ClusterSource {
  const status = "RUNNING";
  return {
    version: async () => "2.3.0",
    taskManagers: async () => [],
    jobs: async () => [
      {
        jid: "j1",
        name: "enrichment",
        state: cluster.state,
        "start-time": 1,
        "end-time": null,
        "last-modification": cluster.modifiedAt,
      },
    ],
    job: async (id) => {
      cluster.looks++;
      if (cluster.isGone) throw new HeaptideError("RESOURCE_GONE", { url: `/jobs/${id}`, said: "not found" });
      const vertices = [{ id: "v1", name: "map", parallelism: 1, status, "start-time": null }];
      return { jid: id, name: "enrichment", state: cluster.state, "start-time": 1, "end-time": 9_000, timestamps: {}, vertices };
    },
    exceptions: async () => [],
    vertexTaskManagers: async () => cluster.taskManagers.map((id) => ({ "taskmanager-id": id, status })),
    jobParameters: async () => ({}),
    jars: async () => [],
  };
}

const cluster = (changes: Partial<Cluster> = {}): Cluster => ({
  state: "RUNNING",
  modifiedAt: 500,
  taskManagers: ["tm-1"],
  looks: 0,
  isGone: false,
  ...changes,
});

const START = 1_000_000;
const UNPLACED = "(unassigned)";

/** Looks every 2 s, so often. */
async function looks(times: number, at: Cluster, previous: ClusterView | null = null): Promise<ClusterView> {
  let view = previous;
  for (let n = 0; n < times; n++) {
    view = await observeCluster(source(at), view);
    vi.setSystemTime(Date.now() + 2_000);
  }
  return view!;
}

describe("observeCluster", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: START }));
  afterEach(() => void vi.useRealTimers());

  it("asks no more about a job that stays as it is once Flink's copy of it must be newer than its last change", async () => {
    const still = cluster();
    await looks(10, still);
    expect(still.looks).toBe(3);
  });

  it("finds the place of a job whose tasks were placed after the copy that its first looks were answered from", async () => {
    const placing = cluster({ taskManagers: [UNPLACED] });
    const early = await looks(2, placing);
    expect(early.jobs[0]!.taskManagers).toEqual([]);
    placing.taskManagers = ["tm-1"];
    expect((await looks(1, placing, early)).jobs[0]!.taskManagers).toEqual(["tm-1"]);
  });

  it("looks again at a job that was moved, though the first look after the change shows its former place", async () => {
    const moving = cluster();
    const before = await looks(4, moving);
    moving.modifiedAt = 600;
    const stale = await looks(1, moving, before);
    moving.taskManagers = ["tm-2"];
    expect((await looks(1, moving, stale)).jobs[0]!.taskManagers).toEqual(["tm-2"]);
  });

  it("looks at a job until all of its tasks are placed, however long that takes", async () => {
    const waiting = cluster({ taskManagers: ["tm-1", UNPLACED] });
    const half = await looks(20, waiting);
    expect(half.jobs[0]).toMatchObject({ taskManagers: ["tm-1"], settled: false });
    waiting.taskManagers = ["tm-1", "tm-2"];
    expect((await looks(1, waiting, half)).jobs[0]).toMatchObject({ taskManagers: ["tm-1", "tm-2"], settled: true });
  });

  it("does not wait for the tasks of a job that ended before they were placed", async () => {
    const canceled = cluster({ state: "CANCELED", taskManagers: [UNPLACED] });
    await looks(10, canceled);
    expect(canceled.looks).toBe(3);
  });

  it("leaves out a job that vanishes in the middle", async () => {
    expect((await looks(1, cluster({ isGone: true }))).jobs).toEqual([]);
  });

  it("says where a job runs as soon as its TaskManager is known, though the job itself did not change", async () => {
    const view = await looks(3, cluster());
    const known = new Map<string, string>();
    const places = () => jobsSeen(view, (id) => known.get(id) ?? null).map(({ job }) => job.incarnations);
    expect(places()).toEqual([[]]);
    known.set("tm-1", "42@1000");
    expect(places()).toEqual([["42@1000"]]);
  });
});
