import { entry } from "./entry.ts";

/** The data folder and its database. */
export const STORE_ERRORS = {
  DISK_FULL: entry<{ path: string; cause: string }>(
    (d) => `Nothing can be written to ${d.path}: ${d.cause}. What was stored before is kept; new observations wait in memory, the oldest are dropped first.`,
    (d) => `Free space, or name another folder with --data: df -h ${d.path}`,
  ),
} as const;
