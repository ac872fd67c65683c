import type { ClusterSource } from "@heaptide/flink";
import type { Observation } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { JobsProbe } from "./jobs.ts";

const STATUS = "RUNNING";

/** A cluster with one job of one vertex, whose tasks run on these TaskManagers. */
const clusterOf = (taskManagers: readonly string[]): ClusterSource => ({
  version: async () => "2.3.0",
  taskManagers: async () => [],
  jobs: async () => [{ jid: "j1", name: "enrichment", state: STATUS, "start-time": 1, "end-time": null, "last-modification": 500 }],
  job: async (jid) => ({
    jid,
    name: "enrichment",
    state: STATUS,
    "start-time": 1,
    "end-time": null,
    timestamps: {},
    vertices: [{ id: "v1", name: "map", parallelism: 1, status: STATUS, "start-time": null }],
  }),
  exceptions: async () => [],
  vertexTaskManagers: async () => taskManagers.map((id) => ({ "taskmanager-id": id, status: STATUS })),
  jobParameters: async () => ({}),
  jars: async () => [],
});

const places = (observations: readonly Observation[]) => observations.flatMap((one) => (one.type === "job" ? [one.job.incarnations] : []));

describe("the jobs probe", () => {
  it("tells of a job once, and again when a life that runs it is discovered", async () => {
    const lives = new Map<string, string>();
    const probe = new JobsProbe(
      clusterOf(["tm-1"]),
      (id) => lives.get(id) ?? null,
      () => undefined,
    );
    expect(places(await probe.look())).toEqual([[]]);
    expect(places(await probe.look())).toEqual([]);
    lives.set("tm-1", "42@1000");
    expect(places(await probe.look())).toEqual([["42@1000"]]);
    expect(places(await probe.look())).toEqual([]);
  });

  it("tells of a job again when its tasks are placed", async () => {
    const taskManagers = ["(unassigned)"];
    const deployments: (readonly string[])[] = [];
    const probe = new JobsProbe(
      clusterOf(taskManagers),
      (id) => `life of ${id}`,
      ({ incarnations }) => deployments.push(incarnations),
    );
    expect(places(await probe.look())).toEqual([[]]);
    taskManagers.splice(0, 1, "tm-1");
    expect(places(await probe.look())).toEqual([["life of tm-1"]]);
    expect(deployments).toEqual([[]]);
  });
});
