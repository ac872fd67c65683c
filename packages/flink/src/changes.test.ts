import { describe, expect, it } from "vitest";
import { changesBetween, type ClusterView, type JobView, jobsSeen, type TaskManagerView } from "./changes.ts";

const job = (changes: Partial<JobView> = {}): JobView => ({
  id: "j1",
  name: "enrichment",
  state: "RUNNING",
  startedAt: 1_000,
  endedAt: null,
  modifiedAt: 1_500,
  modificationSeenAt: 1_600,
  settled: true,
  runningSince: 1_200,
  parallelism: 2,
  operators: [],
  taskManagers: ["tm-1"],
  places: new Map([["v", new Map([["tm-1", 2]])]]),
  failures: [],
  attributes: {},
  ...changes,
});
const failure = (at: number) => ({
  at,
  exception: "java.lang.IllegalStateException",
  message: "no such venue",
  task: "map (1/2)",
  taskManager: "tm-1",
});
const taskManager = (changes: Partial<TaskManagerView> = {}): TaskManagerView => ({
  id: "tm-1",
  path: "pekko.tcp://flink@h:1/x",
  dataPort: 2,
  lastHeartbeat: 4_000,
  ...changes,
});
const view = (changes: Partial<ClusterView> = {}): ClusterView => ({ at: 5_000, jobs: [], taskManagers: [], ...changes });

describe("changesBetween", () => {
  it("reports at the first look what is known of the jobs that are there", () => {
    const changes = changesBetween(
      null,
      view({ jobs: [job({ failures: [failure(3_000)], attributes: { newestJar: "a.jar" } })], taskManagers: [taskManager()] }),
    );
    expect(changes).toMatchObject([
      { kind: "job-deployed", at: 1_000, job: "j1", title: "enrichment deployed", attributes: { parallelism: "2", newestJar: "a.jar" } },
      {
        kind: "job-restarted",
        at: 3_000,
        attributes: { exception: "java.lang.IllegalStateException", message: "no such venue", task: "map (1/2)" },
      },
    ]);
  });

  it("reports nothing where nothing changed", () => {
    const still = view({ jobs: [job({ failures: [failure(3_000)] })], taskManagers: [taskManager()] });
    expect(changesBetween(still, { ...still, at: 6_000 })).toEqual([]);
  });

  it("gives a change the same id, whoever sees it and when", () => {
    const end = { state: "CANCELED", endedAt: 4_500 };
    const seenAtOnce = changesBetween(null, view({ at: 9_000, jobs: [job({ ...end, failures: [failure(3_000)] })] }));
    const seenInSteps = [
      ...changesBetween(view(), view({ jobs: [job()] })),
      ...changesBetween(view({ jobs: [job()] }), view({ jobs: [job({ failures: [failure(3_000)] })] })),
      ...changesBetween(
        view({ jobs: [job({ failures: [failure(3_000)] })] }),
        view({ jobs: [job({ ...end, failures: [failure(3_000)] })] }),
      ),
    ];
    expect(seenInSteps).toEqual(seenAtOnce);
    expect(seenAtOnce.map(({ kind }) => kind)).toEqual(["job-deployed", "job-restarted", "job-ended"]);
  });

  it("takes the last failure of a failed job as its end, not as a restart", () => {
    const changes = changesBetween(
      null,
      view({ jobs: [job({ state: "FAILED", endedAt: 4_000, failures: [failure(3_900), failure(2_000)] })] }),
    );
    expect(changes.map(({ kind, at }) => [kind, at])).toEqual([
      ["job-deployed", 1_000],
      ["job-restarted", 2_000],
      ["job-ended", 4_000],
    ]);
    expect(changes.at(-1)).toMatchObject({
      title: "enrichment failed of IllegalStateException",
      attributes: { state: "FAILED", message: "no such venue" },
    });
  });

  it("tells a rescaled job by its parallelism", () => {
    const changes = changesBetween(view({ jobs: [job()] }), view({ jobs: [job({ parallelism: 4, runningSince: 4_800 })] }));
    expect(changes).toMatchObject([{ kind: "job-rescaled", at: 4_800, attributes: { from: "2", to: "4" } }]);
  });

  it("tells a lost TaskManager by its last heartbeat, and its successor as another start", () => {
    const restarted = taskManager({ path: "pekko.tcp://flink@h:9/x", dataPort: 10, lastHeartbeat: 6_000 });
    const changes = changesBetween(
      view({ taskManagers: [taskManager()] }),
      view({ at: 7_000, taskManagers: [restarted] }),
      () => "taskmanager@h",
    );
    expect(changes).toMatchObject([
      { kind: "process-lost", at: 4_000, process: "taskmanager@h", attributes: { taskManager: "tm-1" } },
      { kind: "process-started", at: 7_000, process: "taskmanager@h" },
    ]);
    expect(new Set(changes.map(({ id }) => id)).size).toBe(2);
  });
});

describe("jobsSeen", () => {
  it("names incarnations as the caller knows them, and leaves out the others", () => {
    const seen = jobsSeen(view({ jobs: [job({ taskManagers: ["tm-1", "tm-2"] })] }), (id) => (id === "tm-1" ? "42@1000" : null));
    expect(seen).toMatchObject([{ type: "job", at: 5_000, job: { id: "j1", incarnations: ["42@1000"] } }]);
  });

  it("tells how many subtasks each process runs, where several do", () => {
    const places = (...hosts: [string, number][]) => view({ jobs: [job({ places: new Map([["v", new Map(hosts)]]) })] });
    const spreadOf = (seen: ClusterView) => jobsSeen(seen, (id) => (id === "tm-3" ? null : id))[0]!.job.spread;
    expect(spreadOf(places(["tm-1", 3], ["tm-2", 1], ["tm-3", 1]))).toEqual({ v: { "tm-1": 3, "tm-2": 1 } });
    expect(spreadOf(places(["tm-1", 4]))).toBeUndefined();
  });
});
