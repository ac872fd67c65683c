import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FlinkClient } from "@heaptide/flink";
import type { JobDefinition } from "./jobs.ts";
import { forgetEarlierRuns, latestRestorePoint } from "./restore-points.ts";

export interface Deployed {
  readonly name: string;
  readonly job: string;
  /** What it went on from; null for a first start. */
  readonly from: string | null;
}

const ENDED = new Set(["FINISHED", "CANCELED", "FAILED"]);
const RUNNING_WITHIN = 30_000;
const SAVEPOINT_WITHIN = 120_000;

/** Puts jobs onto a Flink cluster as their owner would: what runs is ended with a savepoint, and the new one goes on from it. No record is lost or counted twice. */
export class Deployer {
  readonly #url: string;
  readonly #client: FlinkClient;
  readonly #checkpoints: string;
  readonly #savepoints: string;
  readonly #signal: AbortSignal | undefined;

  constructor(url: string, folders: { checkpoints: string; savepoints: string }, signal?: AbortSignal) {
    this.#url = url.replace(/\/$/, "");
    this.#client = new FlinkClient(url);
    this.#checkpoints = folders.checkpoints;
    this.#savepoints = folders.savepoints;
    this.#signal = signal;
  }

  /** All of them, one after the other, from one upload of the jar. */
  async deploy(jar: string, definitions: readonly JobDefinition[]): Promise<Deployed[]> {
    const uploaded = await this.#client.uploadJar(jar);
    const deployed: Deployed[] = [];
    for (const definition of definitions) deployed.push(await this.#deploy(uploaded, definition));
    return deployed;
  }

  async #deploy(uploaded: string, { name, entryClass, args, parallelism }: JobDefinition): Promise<Deployed> {
    await this.#end(name);
    const checkpoints = join(this.#checkpoints, name);
    const point = await latestRestorePoint([checkpoints, join(this.#savepoints, name)]);
    if (point) await forgetEarlierRuns(checkpoints, point);
    const job = await this.#client.runJar(uploaded, { entryClass, args, parallelism, ...(point && { savepoint: `file://${point.path}` }) });
    return { name, job, from: point?.path ?? null };
  }

  /** With a savepoint where it runs; one that only restarts is cancelled: its last checkpoint stays. */
  async #end(name: string): Promise<void> {
    for (const { jid, state } of (await this.#client.jobs()).filter((job) => job.name === name && !ENDED.has(job.state))) {
      const saved = state === "RUNNING" && (await this.#allRun(jid)) && (await this.#stopWithSavepoint(jid, name));
      if (!saved) await this.#client.cancelJob(jid);
      while (!ENDED.has((await this.#client.job(jid)).state)) await pause(200, undefined, { signal: this.#signal });
    }
  }

  /** Flink says RUNNING of a job whose tasks are still being brought up, and refuses it a savepoint. */
  async #allRun(job: string): Promise<boolean> {
    for (const until = Date.now() + RUNNING_WITHIN; Date.now() < until; await pause(200, undefined, { signal: this.#signal })) {
      const { state, vertices } = await this.#client.job(job);
      if (ENDED.has(state)) return false;
      if (vertices.every(({ status }) => status === "RUNNING" || status === "FINISHED")) return true;
    }
    return false;
  }

  async #stopWithSavepoint(job: string, name: string): Promise<boolean> {
    const targetDirectory = `file://${join(this.#savepoints, name)}`;
    const { "request-id": request } = await this.#json<{ "request-id": string }>(`/jobs/${job}/stop`, { targetDirectory, drain: false });
    for (const until = Date.now() + SAVEPOINT_WITHIN; Date.now() < until; await pause(200, undefined, { signal: this.#signal })) {
      const { status, operation } = await this.#json<SavepointAnswer>(`/jobs/${job}/savepoints/${request}`);
      if (status.id === "COMPLETED") return operation?.["failure-cause"] === undefined;
    }
    return false;
  }

  async #json<T>(path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#url}${path}`, {
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) throw new Error(`Flink answered ${answer.status} to ${path}: ${(await answer.text()).slice(0, 500)}`);
    return (await answer.json()) as T;
  }
}

interface SavepointAnswer {
  readonly status: { readonly id: string };
  readonly operation?: { readonly location?: string; readonly "failure-cause"?: unknown };
}
