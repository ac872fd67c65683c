import { isHeaptideError } from "@heaptide/base";
import type { CheckpointSeen } from "@heaptide/model";
import type { FlinkClient } from "./rest/client.ts";

const ENDED: ReadonlySet<string> = new Set(["FINISHED", "CANCELED", "FAILED"]);

/** Completed checkpoints and the state in them, each told once. One request for each running job, and one for each new checkpoint. */
export class CheckpointReader {
  readonly #client: Pick<FlinkClient, "jobs" | "checkpoints" | "checkpoint">;
  /** The last one told, by job. */
  readonly #told = new Map<string, number>();

  constructor(client: Pick<FlinkClient, "jobs" | "checkpoints" | "checkpoint">) {
    this.#client = client;
  }

  async poll(): Promise<CheckpointSeen[]> {
    const seen: CheckpointSeen[] = [];
    for (const { jid, state } of await this.#client.jobs()) {
      if (ENDED.has(state)) this.#told.delete(jid);
      else seen.push(...(await this.#newOf(jid)));
    }
    return seen;
  }

  async #newOf(job: string): Promise<CheckpointSeen[]> {
    const last = this.#told.get(job) ?? -1;
    const fresh = (await goneIsNone(this.#client.checkpoints(job))).filter(
      ({ id, status, is_savepoint }) => status === "COMPLETED" && !is_savepoint && id > last,
    );
    const seen: CheckpointSeen[] = [];
    for (const { id, latest_ack_timestamp: at, state_size } of fresh.toSorted((a, b) => a.id - b.id)) {
      const [detail] = await goneIsNone(this.#client.checkpoint(job, id).then((found) => [found]));
      const vertices = Object.entries(detail?.tasks ?? {}).map(([vertex, task]) => ({ vertex, bytes: task.state_size ?? 0 }));
      seen.push({ type: "checkpoint", at, job, id, bytes: detail?.state_size ?? state_size ?? 0, vertices });
      this.#told.set(job, id);
    }
    return seen;
  }
}

/** A job that ends, or a checkpoint that is subsumed, between two requests is no failure. */
async function goneIsNone<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch (error) {
    if (isHeaptideError(error, "RESOURCE_GONE")) return [];
    throw error;
  }
}
