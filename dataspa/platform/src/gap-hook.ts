import { setTimeout as pause } from "node:timers/promises";
import type { FlowSource } from "@dataspa/app";
import type { Gap } from "@dataspa/serving";

const EVERY = 5_000;

/**
 * Tells a web hook of gaps as they begin, and once more when they are over: `{ id, from, to, job, title }`, times in ISO 8601. The same gap has the same id, so that it may be told
 * twice; what could not be delivered is tried again with the next look.
 */
export async function tellGaps(url: string, flow: FlowSource, signal: AbortSignal): Promise<void> {
  const told = new Map<string, number | null>();
  while (!signal.aborted) {
    try {
      for (const gap of (await flow()).gaps) {
        if (told.get(gap.id) === gap.to) continue;
        await post(url, gap, signal);
        told.set(gap.id, gap.to);
      }
    } catch {
      // Whoever listens may be down; gaps stay where they are.
    }
    await pause(EVERY, undefined, { signal }).catch(() => {});
  }
}

async function post(url: string, { id, from, to, title, reason }: Gap, signal: AbortSignal): Promise<void> {
  const body = {
    id: `dataspa:${id}`,
    from: new Date(from).toISOString(),
    to: to === null ? null : new Date(to).toISOString(),
    job: null,
    title: `${title}: ${reason}`,
  };
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}
