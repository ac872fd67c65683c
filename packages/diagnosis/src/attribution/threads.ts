import type { JobHistory } from "@heaptide/model";

/** A task's thread: `<chain of operators> (<subtask>/<parallelism>)#<attempt>`. */
const TASK = /^(.*) \((\d+)\/(\d+)\)#(\d+)$/;

/** The vertex that a thread works for; null for a thread that is no task's. */
export function vertexOfThread(thread: string | null, jobs: readonly JobHistory[]): string | null {
  const task = TASK.exec(thread ?? "")?.[1] ?? thread?.replace(/^Legacy Source Thread - | \(\d+\/\d+\).*$/g, "");
  if (!task) return null;
  return jobs.some((job) => job.operators.some((operator) => operator.vertexName === task)) ? task : null;
}

/** `AsyncHttpClient-timer-17-1` -> `AsyncHttpClient-timer-N-N`: threads of one making differ in numbers. */
export const threadPattern = (name: string): string => name.replace(/\d+/g, "N");
