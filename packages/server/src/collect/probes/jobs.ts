import type { ChangeSeen, JobSeen, Observation } from "@heaptide/model";
import { changesBetween, type ClusterSource, type ClusterView, jobsSeen, observeCluster } from "@heaptide/flink";
import type { Probe } from "../probe.ts";

const INTERVAL = 2000;

/** The jobs of a cluster, and what changed among them since the last look. Processes are discovery's. */
export class JobsProbe implements Probe {
  readonly name = "jobs";
  readonly incarnation = null;
  readonly #client: ClusterSource;
  readonly #incarnationOf: (flinkId: string) => string | null;
  readonly #onDeployment: (deployment: { at: number; incarnations: readonly string[] }) => void;
  readonly #onJobs: (at: number, jobs: readonly JobSeen[]) => void;
  readonly #said = new Map<string, string>();
  #previous: ClusterView | null = null;

  /**
   * @param incarnationOf key of the life of a TaskManager, by Flink's id; null for one that was not discovered yet
   * @param onJobs is told all jobs at every look, news or not
   */
  constructor(
    client: ClusterSource,
    incarnationOf: (flinkId: string) => string | null,
    onDeployment: (deployment: { at: number; incarnations: readonly string[] }) => void,
    onJobs: (at: number, jobs: readonly JobSeen[]) => void = () => undefined,
  ) {
    this.#client = client;
    this.#incarnationOf = incarnationOf;
    this.#onDeployment = onDeployment;
    this.#onJobs = onJobs;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    const view = await observeCluster(this.#client, this.#previous);
    const jobs = jobsSeen(view, this.#incarnationOf);
    const changes = changesBetween(this.#previous, view).filter(({ job }) => job !== null);
    this.#previous = view;
    this.#tellDeployments(changes, jobs);
    this.#onJobs(view.at, jobs);
    return [...jobs.filter((job) => this.#isNews(job)), ...changes];
  }

  #tellDeployments(changes: readonly ChangeSeen[], jobs: readonly JobSeen[]): void {
    for (const change of changes) {
      const job = jobs.find((seen) => seen.job.id === change.job);
      if (change.kind === "job-deployed" && job?.job.endedAt === null)
        this.#onDeployment({ at: change.at, incarnations: job.job.incarnations });
    }
  }

  /** Is there more to say than that the time went on? A life that was discovered after its job is news of the job. */
  #isNews({ job }: JobSeen): boolean {
    const text = JSON.stringify(job);
    const isNews = this.#said.get(job.id) !== text;
    this.#said.set(job.id, text);
    return isNews;
  }
}
