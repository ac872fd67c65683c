import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { z } from "zod";
import {
  ConfigAnswer,
  CheckpointAnswer,
  CheckpointsAnswer,
  EmptyAnswer,
  ExceptionsAnswer,
  JarsAnswer,
  JobAnswer,
  JobConfigAnswer,
  JobManagerConfigAnswer,
  JobsAnswer,
  LogsAnswer,
  OverviewAnswer,
  RunAnswer,
  TaskManagersAnswer,
  UploadAnswer,
  VertexTaskManagersAnswer,
} from "./answers.ts";
import { MetricRefreshes } from "./metric-refreshes.ts";
import { RestTransport, type TransportOptions } from "./transport.ts";
import { isSupported, MetricIdsAnswer, MetricSumsAnswer, MetricValuesAnswer, runRequest, SUPPORTED_VERSIONS } from "./versions.ts";

/** A JVM of the cluster, by what the REST API calls it. */
export type FlinkProcess = { readonly role: "jobmanager" } | { readonly role: "taskmanager"; readonly id: string };

export interface FlinkClientOptions extends TransportOptions {
  /** The cluster's `metrics.fetcher.update-interval`, milliseconds. */
  readonly metricsInterval?: number;
}

/** Handlers that let Flink fetch its metrics anew. */
const REFRESHING = /\/metrics\b|\/vertices\/|^\/jobs\/[^/]+$|^\/taskmanagers\/[^/]+$/;

/** Netty in the JobManager refuses a request line above 4,096 characters; the path before the query is below 200. */
const LONGEST_QUERY = 3_000;

/**
 * A cluster's REST API, typed. Every method throws the typed errors of `RestTransport`; a job or TaskManager that vanishes between two calls is
 * RESOURCE_GONE. Holds no connection open by itself and needs no closing.
 */
export class FlinkClient {
  readonly #rest: RestTransport;

  /** When Flink last read the metrics that it answers. */
  readonly refreshes: MetricRefreshes;

  constructor(url: string, options: FlinkClientOptions = {}) {
    this.#rest = new RestTransport(url, options);
    this.refreshes = new MetricRefreshes(options.metricsInterval ?? 10_000);
  }

  /** Without credentials. */
  get url(): string {
    return this.#rest.url;
  }

  /** @throws FLINK_VERSION_UNSUPPORTED, NOT_FLINK when something else than Flink answers in JSON. */
  async version(): Promise<string> {
    const config = await this.#get("/config", ConfigAnswer).catch((error: unknown) => {
      if (!isHeaptideError(error, "FLINK_ANSWER_UNEXPECTED")) throw error;
      throw new HeaptideError("NOT_FLINK", { url: this.url, found: error.detail.found }, { cause: error });
    });
    const version = config["flink-version"];
    if (!isSupported(version))
      throw new HeaptideError("FLINK_VERSION_UNSUPPORTED", { url: this.url, found: version, supported: SUPPORTED_VERSIONS });
    return version;
  }

  async overview() {
    return this.#get("/overview", OverviewAnswer);
  }

  /** The running ones and those that ended, as long as the JobManager remembers them. */
  async jobs() {
    return (await this.#get("/jobs/overview", JobsAnswer)).jobs;
  }

  async job(id: string) {
    return this.#get(`/jobs/${segment(id)}`, JobAnswer);
  }

  /** What failed in a job, the latest first; the JobManager keeps 16. */
  async exceptions(job: string) {
    return (await this.#get(`/jobs/${segment(job)}/exceptions`, ExceptionsAnswer)).exceptionHistory.entries;
  }

  /** What the job's `main` registered as global parameters. */
  async jobParameters(job: string): Promise<Record<string, string>> {
    const config = await this.#get(`/jobs/${segment(job)}/config`, JobConfigAnswer);
    return Object.fromEntries(
      Object.entries(config["execution-config"]?.["user-config"] ?? {}).map(([key, value]) => [key, String(value)]),
    );
  }

  /** The last checkpoints of a job, the latest first; the JobManager keeps 10. */
  async checkpoints(job: string) {
    return (await this.#get(`/jobs/${segment(job)}/checkpoints`, CheckpointsAnswer)).history ?? [];
  }

  /** One checkpoint with the size of each vertex's state. */
  async checkpoint(job: string, id: number) {
    return this.#get(`/jobs/${segment(job)}/checkpoints/details/${id}`, CheckpointAnswer);
  }

  async vertexTaskManagers(job: string, vertex: string) {
    return (await this.#get(`${vertexPath(job, vertex)}/taskmanagers`, VertexTaskManagersAnswer)).taskmanagers;
  }

  async taskManagers() {
    return (await this.#get("/taskmanagers", TaskManagersAnswer)).taskmanagers;
  }

  /** The JobManager's settings, the ports it listens on among them. */
  async jobManagerConfig(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.#get("/jobmanager/config", JobManagerConfigAnswer)).map(({ key, value }) => [key, value]));
  }

  /** Ids of all metrics of a JVM. The first call may answer none: Flink fetches them only then, and keeps them for 10 s. */
  async metricIds(process: FlinkProcess): Promise<string[]> {
    return (await this.#get(`${processPath(process)}/metrics`, MetricIdsAnswer)).map(({ id }) => id);
  }

  /** Values by id, at most 10 s old; an unknown one, or one that is no number, is left out. */
  async metrics(process: FlinkProcess, ids: readonly string[]): Promise<Map<string, number>> {
    const answers = await this.#getMetrics(`${processPath(process)}/metrics`, "", ids, MetricValuesAnswer);
    return new Map(answers.flatMap(({ id, value }) => (value === null ? [] : [[id, value] as const])));
  }

  /** Ids like `operator.numRecordsIn`, without the subtask. */
  async vertexMetricIds(job: string, vertex: string): Promise<string[]> {
    return (await this.#get(`${vertexPath(job, vertex)}/subtasks/metrics`, MetricIdsAnswer)).map(({ id }) => id);
  }

  /** Values summed over the subtasks of a vertex, by id. */
  async vertexMetricSums(job: string, vertex: string, ids: readonly string[]): Promise<Map<string, number>> {
    const answers = await this.#getMetrics(`${vertexPath(job, vertex)}/subtasks/metrics`, "&agg=sum", ids, MetricSumsAnswer);
    return new Map(answers.flatMap(({ id, sum }) => (sum === null ? [] : [[id, sum] as const])));
  }

  /** All files in the folder of a JVM's log; where several JVMs share it, the others' too. */
  async logFiles(process: FlinkProcess) {
    return (await this.#get(`${processPath(process)}/logs`, LogsAnswer)).logs;
  }

  /** A JVM's own log (`file` null) or one of `logFiles`, from its first byte: Flink knows no ranges. See `RestTransport.read`. */
  async readLog(process: FlinkProcess, file: string | null, take: (chunk: Buffer) => boolean): Promise<number | null> {
    const path = file === null ? "log" : `logs/${segment(file)}`;
    return this.#rest.read({ path: `${processPath(process)}/${path}`, timeout: 60_000 }, take);
  }

  /** Uploaded jars, the newest first. */
  async jars() {
    const { files } = await this.#get("/jars", JarsAnswer);
    return files.toSorted((one, other) => other.uploaded - one.uploaded);
  }

  /** @returns the jar's id at the cluster. */
  async uploadJar(file: string): Promise<string> {
    const form = new FormData();
    form.append("jarfile", new Blob([await readFile(file)], { type: "application/java-archive" }), basename(file));
    // Encoded here: undici 8.12's `request` stalls for good on a FormData of its own.
    const encoded = new Response(form);
    const body = { type: encoded.headers.get("content-type")!, bytes: Buffer.from(await encoded.arrayBuffer()) };
    const { filename } = await this.#rest.json({ method: "POST", path: "/jars/upload", body, timeout: 60_000 }, UploadAnswer);
    return filename.slice(filename.lastIndexOf("/") + 1);
  }

  /** Runs the jar's `main` in the JobManager. @returns the job's id. @throws FLINK_REJECTED with the exception of `main`. */
  async runJar(jar: string, options: Parameters<typeof runRequest>[0] = {}): Promise<string> {
    const path = `/jars/${segment(jar)}/run`;
    return (await this.#rest.json({ method: "POST", path, json: runRequest(options), timeout: 60_000 }, RunAnswer)).jobid;
  }

  async deleteJar(jar: string): Promise<void> {
    await this.#rest.json({ method: "DELETE", path: `/jars/${segment(jar)}` }, EmptyAnswer);
  }

  /** Asks for it; the job is CANCELED some moments later. */
  async cancelJob(job: string): Promise<void> {
    await this.#rest.json({ method: "PATCH", path: `/jobs/${segment(job)}?mode=cancel` }, EmptyAnswer);
  }

  #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    if (path !== "/jobs/overview" && REFRESHING.test(path)) this.refreshes.requested(Date.now());
    return this.#rest.json({ path }, schema);
  }

  async #getMetrics<T>(path: string, query: string, ids: readonly string[], schema: z.ZodType<T[]>): Promise<T[]> {
    const answers: T[] = [];
    for (const get of queryChunks(ids, LONGEST_QUERY)) answers.push(...(await this.#get(`${path}?get=${get}${query}`, schema)));
    return answers;
  }
}

/**
 * Metric ids escaped and joined by commas, in as many queries as the length demands. An id itself never holds a comma: Flink replaces it.
 * An id longer than a whole query gets one of its own.
 */
export function queryChunks(ids: readonly string[], longest: number): string[] {
  const chunks: string[] = [];
  for (const id of ids.map(encodeURIComponent)) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + 1 + id.length <= longest) chunks[chunks.length - 1] = `${last},${id}`;
    else chunks.push(id);
  }
  return chunks;
}

const segment = encodeURIComponent;
const vertexPath = (job: string, vertex: string) => `/jobs/${segment(job)}/vertices/${segment(vertex)}`;
const processPath = (process: FlinkProcess) => (process.role === "jobmanager" ? "/jobmanager" : `/taskmanagers/${segment(process.id)}`);
