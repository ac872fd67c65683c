import { setTimeout as pause } from "node:timers/promises";
import { FlinkClient, type LocalCluster } from "@heaptide/flink";
import { LAB_JAR } from "../jars.ts";
import type { LabJob, Load, Scenario, Step } from "../scenario.ts";

export interface PlayOptions {
  readonly scenario: Scenario;
  readonly load: Load;
  readonly seed: number;
  readonly cluster: LocalCluster;
  /** Address of a service that jobs may call. */
  readonly service: string;
  readonly signal: AbortSignal;
}

/** Does the steps of a scenario, each at its time, and remembers when it did. */
export class Play {
  readonly #options: PlayOptions;
  readonly #flink: FlinkClient;
  /** Flink's ids of the jobs that run, by the scenario's keys. */
  readonly #running = new Map<string, string>();
  /** When each step was done. */
  readonly done: Date[] = [];
  /** False while a step ends a TaskManager: what dies then was meant to. */
  isQuiet = true;

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#flink = new FlinkClient(options.cluster.restUrl);
  }

  /** Resolves after the last step; an abort ends it early. */
  async run(): Promise<void> {
    const { scenario, signal } = this.#options;
    const jar = await this.#flink.uploadJar(LAB_JAR);
    const began = Date.now();
    for (const step of scenario.steps) {
      await pause(Math.max(0, began + step.at * 1000 - Date.now()), undefined, { signal });
      await this.#do(step, jar);
      this.done.push(new Date());
    }
  }

  async #do(step: Step, jar: string): Promise<void> {
    switch (step.does) {
      case "submit":
        return this.#submit(step.job, jar);
      case "cancel":
        return this.#cancel(step.job);
      case "replace":
        await this.#cancel(step.job);
        return this.#submit(step.by, jar);
      case "restart-task-manager":
        this.isQuiet = false;
        await this.#options.cluster.killTaskManager();
        await this.#options.cluster.startTaskManager();
        this.isQuiet = true;
    }
  }

  async #submit(key: string, jar: string): Promise<void> {
    const { scenario } = this.#options;
    const job = scenario.jobs[key];
    if (job === undefined) throw new Error(`${scenario.name} has no job ${key}`);
    const { entryClass, parallelism } = job;
    this.#running.set(
      key,
      await this.#flink.runJar(jar, { entryClass, args: this.#argumentsOf(job), ...(parallelism && { parallelism }) }),
    );
  }

  #argumentsOf({ name, rate, shape = "drift", arguments: own = [] }: LabJob): string[] {
    const { load, seed, service } = this.#options;
    const args = ["--name", name, "--rate", String(rate[load]), "--shape", shape, "--seed", String(seed), ...own];
    return args.map((arg) => arg.replace("{service}", service));
  }

  async #cancel(key: string): Promise<void> {
    const id = this.#running.get(key);
    if (id === undefined) throw new Error(`${key} does not run`);
    const hasEnded = async () => (await this.#flink.job(id))["end-time"] !== null;
    if (!(await hasEnded())) await this.#flink.cancelJob(id);
    while (!(await hasEnded())) await pause(200, undefined, { signal: this.#options.signal });
    this.#running.delete(key);
  }
}
