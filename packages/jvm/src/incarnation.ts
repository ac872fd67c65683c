import { readTimes } from "./proc/status.ts";

/** More processes than one collector watches; beyond it the oldest are looked up again. */
const REMEMBERED = 256;

/**
 * Remembers something that is constant in one life of a process. A pid that was given to a new process is looked up anew, which the
 * start time tells: reading that costs 20 µs.
 *
 * Failures are not remembered, nor is null: what is not there yet may come.
 */
export function oncePerIncarnation<T>(load: (pid: number) => Promise<T>): (pid: number) => Promise<T> {
  const known = new Map<number, { readonly startedAt: number; readonly value: T }>();
  return async (pid) => {
    const { startedAt } = await readTimes(pid);
    const entry = known.get(pid);
    if (entry?.startedAt === startedAt) return entry.value;
    const value = await load(pid);
    known.delete(pid);
    if (value !== null) known.set(pid, { startedAt, value });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    return value;
  };
}
