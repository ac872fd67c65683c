import { isHeaptideError } from "@heaptide/base";
import type { ChangeSeen, JobSeen, Operator } from "@heaptide/model";
import type { FlinkClient } from "./rest/client.ts";
import { operatorsOf } from "./rest/jobs.ts";

/** One look at a cluster: what changes are told from. */
export interface ClusterView {
  readonly at: number;
  readonly jobs: readonly JobView[];
  readonly taskManagers: readonly TaskManagerView[];
}

export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Flink's time of the last change of its state or of a task's. */
  readonly modifiedAt: number;
  /** Our time of the first look that saw that change. */
  readonly modificationSeenAt: number;
  /** Nothing of this view can be older than that change, and every task has its place: until the next change it stays as it is. */
  readonly settled: boolean;
  /** When its present run began; null before the first. */
  readonly runningSince: number | null;
  /** Of its widest vertex. */
  readonly parallelism: number;
  readonly operators: readonly Operator[];
  /** Ids of the TaskManagers that run its tasks, or ran them last. */
  readonly taskManagers: readonly string[];
  /** Of each vertex, how many of its subtasks each TaskManager has. */
  readonly places: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What failed, the latest first. */
  readonly failures: readonly JobFailure[];
  /** About its deployment: what its `main` registered as parameters, the newest jar that was uploaded before it started. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface JobFailure {
  readonly at: number;
  readonly exception: string;
  readonly message: string;
  readonly task: string | null;
  readonly taskManager: string | null;
}

export interface TaskManagerView {
  readonly id: string;
  /** Address of its RPC and port of its data: with the id, one start of a TaskManager. */
  readonly path: string;
  readonly dataPort: number;
  readonly lastHeartbeat: number | null;
}

/** What a look asks of a cluster. */
export type ClusterSource = Pick<
  FlinkClient,
  "version" | "taskManagers" | "jobs" | "job" | "exceptions" | "vertexTaskManagers" | "jobParameters" | "jars"
>;

const ENDED: ReadonlySet<string> = new Set(["FINISHED", "CANCELED", "FAILED"]);

/**
 * The list of jobs is fresh, but everything about one job Flink answers from a copy that it renews only after `web.refresh-interval`, 3 s unless it
 * was changed: right after a change the list tells of it, and the rest is still that of before. Source: DefaultExecutionGraphCache of Flink 2.3.0.
 */
const COPIED_FOR = 3_000;

/** How a task that has no place yet stands among the TaskManagers of its vertex. */
const UNPLACED = "(unassigned)";

/**
 * Looks at all jobs and TaskManagers. A job that did not change since `previous` saw it settled costs no request of its own; one that
 * vanishes in the middle is left out.
 *
 * @throws the errors of `FlinkClient`; FLINK_VERSION_UNSUPPORTED at the first look.
 */
export async function observeCluster(client: ClusterSource, previous: ClusterView | null = null): Promise<ClusterView> {
  if (previous === null) await client.version();
  const at = Date.now();
  const taskManagers = (await client.taskManagers()).map(({ id, path, dataPort, timeSinceLastHeartbeat }) => ({
    id,
    path,
    dataPort,
    lastHeartbeat: timeSinceLastHeartbeat,
  }));
  const jobs: JobView[] = [];
  for (const overview of await client.jobs()) {
    const known = previous?.jobs.find((job) => job.id === overview.jid);
    const modifiedAt = overview["last-modification"];
    const unchanged = known?.modifiedAt === modifiedAt;
    const modificationSeenAt = unchanged ? known.modificationSeenAt : at;
    const reusable = unchanged && known.settled && known.state === overview.state;
    const job = reusable ? known : await orNull(() => lookAtJob(client, overview.jid, { at, modifiedAt, modificationSeenAt, known }));
    if (job) jobs.push(job);
  }
  return { at, jobs, taskManagers };
}

interface JobLook extends Pick<JobView, "modifiedAt" | "modificationSeenAt"> {
  readonly at: number;
  readonly known: JobView | undefined;
}

async function lookAtJob(client: ClusterSource, id: string, look: JobLook): Promise<JobView> {
  const { at, modifiedAt, modificationSeenAt, known } = look;
  const job = await client.job(id);
  const failures = (await client.exceptions(id)).map((entry) => ({
    at: entry.timestamp,
    exception: entry.exceptionName,
    message: firstLine(entry.stacktrace, entry.exceptionName),
    task: entry.taskName ?? null,
    taskManager: entry.taskManagerId ?? null,
  }));
  const places = new Map<string, Map<string, number>>();
  for (const vertex of job.vertices) places.set(vertex.id, subtasksOf(await client.vertexTaskManagers(id, vertex.id)));
  const taskManagers = new Set([...places.values()].flatMap((hosts) => [...hosts.keys()]));
  const hasUnplaced = taskManagers.delete(UNPLACED);
  const isPlaced = ENDED.has(job.state) || !hasUnplaced;
  return {
    id,
    name: job.name,
    state: job.state,
    startedAt: job["start-time"],
    endedAt: ENDED.has(job.state) ? job["end-time"] : null,
    modifiedAt,
    modificationSeenAt,
    settled: isPlaced && at - modificationSeenAt >= COPIED_FOR,
    runningSince: job.timestamps.RUNNING || null,
    parallelism: Math.max(1, ...job.vertices.map((vertex) => vertex.parallelism)),
    operators: job.vertices.flatMap(operatorsOf),
    taskManagers: [...taskManagers],
    places,
    failures,
    attributes: known?.attributes ?? (await deploymentOf(client, id, job["start-time"])),
  };
}

function subtasksOf(hosts: Awaited<ReturnType<ClusterSource["vertexTaskManagers"]>>): Map<string, number> {
  const count = (host: (typeof hosts)[number]) => Object.values(host["status-counts"] ?? {}).reduce((sum, one) => sum + one, 0);
  return new Map(hosts.map((host) => [host["taskmanager-id"], count(host)]));
}

/** REST does not tell which jar a job came from: the newest one uploaded before is what can be said. Up to 20 parameters, shortened. */
async function deploymentOf(client: ClusterSource, id: string, startedAt: number): Promise<Record<string, string>> {
  const parameters = (await orNull(() => client.jobParameters(id))) ?? {};
  const jar = (await orNull(() => client.jars()))?.find(({ uploaded }) => uploaded <= startedAt);
  return {
    ...Object.fromEntries(
      Object.entries(parameters)
        .slice(0, 20)
        .map(([key, value]) => [`parameter.${key}`, value.slice(0, 200)]),
    ),
    ...(jar && { newestJar: jar.name, newestJarId: jar.id, newestJarUploadedAt: new Date(jar.uploaded).toISOString() }),
    ...(jar?.entry[0] && { newestJarEntryClass: jar.entry[0].name }),
  };
}

/** Jars cannot be listed where `web.submit.enable` is off; jobs end between two calls. */
async function orNull<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (isHeaptideError(error, "RESOURCE_GONE") || isHeaptideError(error, "FLINK_REJECTED")) return null;
    throw error;
  }
}

/** `java.lang.X: message` -> `message`. */
function firstLine(stacktrace: string, exception: string): string {
  const line = stacktrace.split("\n", 1)[0]!.trim();
  return (line.startsWith(`${exception}: `) ? line.slice(exception.length + 2) : line).slice(0, 500);
}

/** The jobs of a view as observations. `incarnationOf` names the incarnation of a TaskManager; one it does not know is left out. */
export function jobsSeen(view: ClusterView, incarnationOf: (taskManager: string) => string | null): JobSeen[] {
  return view.jobs.map(({ id, name, state, startedAt, endedAt, operators, taskManagers, places }) => ({
    type: "job",
    at: view.at,
    job: {
      id,
      name,
      state,
      startedAt,
      endedAt,
      operators: [...operators],
      incarnations: taskManagers.map(incarnationOf).filter((key) => key !== null),
      ...spreadOf(places, incarnationOf),
    },
  }));
}

/** Told only of a job that runs in several processes. */
function spreadOf(places: JobView["places"], incarnationOf: (taskManager: string) => string | null): Pick<JobSeen["job"], "spread"> {
  const hosts = new Set([...places.values()].flatMap((counts) => [...counts.keys()]));
  if (hosts.size < 2) return {};
  const named = (counts: ReadonlyMap<string, number>) =>
    [...counts].flatMap(([id, count]): [string, number][] => {
      const key = incarnationOf(id);
      return key === null ? [] : [[key, count]];
    });
  return { spread: Object.fromEntries([...places].map(([vertex, counts]) => [vertex, Object.fromEntries(named(counts))])) };
}

/** One look and its jobs, for whoever needs no changes. By default a TaskManager's id stands for its incarnation. */
export async function observeJobs(
  client: ClusterSource,
  incarnationOf: (taskManager: string) => string | null = (id) => id,
): Promise<JobSeen[]> {
  return jobsSeen(await observeCluster(client), incarnationOf);
}

/**
 * What happened between two looks. At the first look (`previous` null) the jobs that are there are known changes too: deployed, restarted
 * and ended at the times that Flink tells. TaskManagers then are not: Flink does not tell when they came.
 *
 * Ids are made of what Flink tells, never of our own time: whoever else sees the same change gives it the same id.
 * `processOf` names the process of a TaskManager.
 */
export function changesBetween(
  previous: ClusterView | null,
  current: ClusterView,
  processOf: (taskManager: string) => string | null = () => null,
): ChangeSeen[] {
  const jobs = current.jobs.flatMap((job) => jobChanges(previous?.jobs.find(({ id }) => id === job.id) ?? null, job));
  const taskManagers = previous === null ? [] : taskManagerChanges(previous, current, processOf);
  return [...jobs, ...taskManagers].toSorted((one, other) => one.at - other.at);
}

function jobChanges(before: JobView | null, job: JobView): ChangeSeen[] {
  const change = (kind: ChangeSeen["kind"], at: number, title: string, attributes: Record<string, string>): ChangeSeen => {
    return {
      type: "change",
      at,
      id: `${job.id}:${kind}:${at}`,
      kind,
      job: job.id,
      process: null,
      title: `${job.name} ${title}`,
      attributes,
    };
  };
  const changes: ChangeSeen[] = [];
  if (before === null) {
    changes.push(change("job-deployed", job.startedAt, "deployed", { parallelism: String(job.parallelism), ...job.attributes }));
  }
  for (const failure of restarts(job)) {
    if (before?.failures.some(({ at }) => at === failure.at)) continue;
    changes.push(change("job-restarted", failure.at, `restarted after ${simpleName(failure.exception)}`, failureAttributes(failure)));
  }
  if (before !== null && before.parallelism !== job.parallelism && job.runningSince !== null) {
    const scale = { from: String(before.parallelism), to: String(job.parallelism) };
    changes.push(change("job-rescaled", job.runningSince, `rescaled from ${scale.from} to ${scale.to}`, scale));
  }
  if (job.endedAt !== null && (before === null || before.endedAt === null)) {
    const cause = job.state === "FAILED" ? job.failures[0] : undefined;
    const title = cause === undefined ? job.state.toLowerCase() : `failed of ${simpleName(cause.exception)}`;
    changes.push(change("job-ended", job.endedAt, title, { state: job.state, ...(cause && failureAttributes(cause)) }));
  }
  return changes;
}

/** Every failure but the one that ended the job. */
function restarts(job: JobView): readonly JobFailure[] {
  return job.state === "FAILED" || job.state === "FAILING" ? job.failures.slice(1) : job.failures;
}

function failureAttributes({ exception, message, task, taskManager }: JobFailure): Record<string, string> {
  return { exception, message, ...(task !== null && { task }), ...(taskManager !== null && { taskManager }) };
}

const simpleName = (className: string) => className.slice(className.lastIndexOf(".") + 1);

function taskManagerChanges(previous: ClusterView, current: ClusterView, processOf: (taskManager: string) => string | null): ChangeSeen[] {
  const change = (kind: ChangeSeen["kind"], at: number, taskManager: TaskManagerView, title: string): ChangeSeen => ({
    type: "change",
    at,
    id: `${startOf(taskManager)}:${kind}`,
    kind,
    job: null,
    process: processOf(taskManager.id),
    title: `TaskManager ${taskManager.id} ${title}`,
    attributes: { taskManager: taskManager.id },
  });
  const before = new Set(previous.taskManagers.map(startOf));
  const now = new Set(current.taskManagers.map(startOf));
  return [
    ...previous.taskManagers
      .filter((taskManager) => !now.has(startOf(taskManager)))
      // It was alive at its last heartbeat; Flink gives it up only a time-out later.
      .map((taskManager) => change("process-lost", taskManager.lastHeartbeat ?? previous.at, taskManager, "lost")),
    ...current.taskManagers
      .filter((taskManager) => !before.has(startOf(taskManager)))
      .map((taskManager) => change("process-started", current.at, taskManager, "registered")),
  ];
}

/** A configured resource id outlives its process: only the ports tell one start from the next. */
const startOf = ({ id, path, dataPort }: TaskManagerView) => `${id}:${path}:${dataPort}`;
