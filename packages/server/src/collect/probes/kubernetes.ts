import type { ChangeSeen, Observation } from "@heaptide/model";
import type { Clock } from "../clock.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { endsIn, Pod, rolloutBetween, Workload } from "../kubernetes/rollouts.ts";
import type { Probe } from "../probe.ts";

const INTERVAL = 10_000;
const WORKLOADS = [
  ["Deployment", "deployments"],
  ["StatefulSet", "statefulsets"],
] as const;

/** What is rolled out in the namespace that Heaptide runs in, and why containers ended: changes, whoever made them. Three lists from the API server's memory. */
export class KubernetesProbe implements Probe {
  readonly name = "kubernetes";
  readonly incarnation = null;
  readonly #client: KubernetesClient;
  readonly #clock: Clock;
  /** By uid, as they were at the last look. */
  #workloads: ReadonlyMap<string, Workload> | null = null;
  #told = new Set<string>();

  constructor(client: KubernetesClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(signal: AbortSignal): Promise<readonly Observation[]> {
    const namespace = encodeURIComponent(await this.#client.namespace());
    const at = this.#clock.now();
    const seen = new Map<string, Workload>();
    const rollouts: ChangeSeen[] = [];
    for (const [kind, plural] of WORKLOADS) {
      for (const workload of await this.#client.list(`/apis/apps/v1/namespaces/${namespace}/${plural}`, Workload, signal)) {
        const { uid } = workload.metadata;
        seen.set(uid, workload);
        const before = this.#workloads?.get(uid);
        const rollout = before === undefined ? null : rolloutBetween(kind, before, workload, at);
        if (rollout !== null) rollouts.push(rollout);
      }
    }
    this.#workloads = seen;
    const pods = await this.#client.list(`/api/v1/namespaces/${namespace}/pods`, Pod, signal);
    return [...rollouts, ...this.#news(pods.flatMap((pod) => endsIn(pod, at)))];
  }

  /** What is listed still, and was told. */
  #news(ends: readonly ChangeSeen[]): ChangeSeen[] {
    const fresh = ends.filter(({ id }) => !this.#told.has(id));
    this.#told = new Set(ends.map(({ id }) => id));
    return fresh;
  }
}
