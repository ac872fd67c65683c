import { entry } from "./entry.ts";

/** The data folder and its database. */
export const STORE_ERRORS = {
  DISK_FULL: entry<{ path: string; cause: string }>(
    (d) =>
      `Nothing can be written to ${d.path}: ${d.cause}. What was stored before is kept; new observations wait in memory, the oldest are dropped first.`,
    (d) => `Free space, or name another folder with --data: df -h ${d.path}`,
  ),
  STORE_LOCKED: entry<{ path: string; pid: number | null }>(
    (d) => `${d.path} is in use by ${d.pid === null ? "another process" : `process ${d.pid}`}; a database has one writer.`,
    (d) => `Stop it, or name another folder with --data${d.pid === null ? "" : `: ps -fp ${d.pid}`}`,
  ),
  STORE_CORRUPT: entry<{ path: string; cause: string }>(
    (d) => `${d.path} cannot be read as a database: ${d.cause}.`,
    (d) => `Restore it from a backup, or copy it again from where it came: ls -l ${d.path}`,
  ),
  STORE_MOVED_ASIDE: entry<{ path: string; aside: string; cause: string }>(
    (d) => `${d.path} could not be read (${d.cause}). It was moved to ${d.aside} and what it lacks was begun anew; nothing was deleted.`,
    (d) => `Keep ${d.aside} if its history matters; otherwise remove it: rm ${d.aside}`,
  ),
  STORE_TOO_NEW: entry<{ path: string; found: string; supported: string }>(
    (d) => `${d.path} was written by a newer program: its schema is ${d.found}; this one reads up to ${d.supported}.`,
    () => "Use the newer version of Heaptide, or name another folder with --data.",
  ),
  STORE_UNUSABLE: entry<{ path: string; cause: string }>(
    (d) => `${d.path} cannot be opened: ${d.cause}.`,
    (d) => `Check that the folder exists and may be written: ls -ld ${d.path}`,
  ),
  STORE_CLOSED: entry<{ path: string }>(
    ({ path }) => `The store ${path} is closed.`,
    () => "what was watching it has ended; start it again: heaptide serve",
  ),
  STORE_WRITE_FAILED: entry<{ path: string; cause: string }>(
    (d) => `An observation could not be stored in ${d.path}: ${d.cause}. It waits in memory and is tried again.`,
    () => "Please report it, with the whole message.",
  ),
  SESSION_CUT_OFF: entry<{ path: string; until: string | null }>(
    (d) =>
      `The session ${d.path} was not written to its end: ${d.until === null ? "nothing of it can be read" : `it can be read up to ${d.until}`}. The recording was ended by force, still goes on, or the copy is not whole.`,
    (d) => (d.until === null ? `ls -l ${d.path}` : `heaptide diagnose --session ${d.path} --partial`),
  ),
  SESSION_CORRUPT: entry<{ path: string; cause: string }>(
    (d) => `The session ${d.path} is damaged: ${d.cause}.`,
    (d) => `Copy it again from where it came, in binary mode: ls -l ${d.path}`,
  ),
  SESSION_TOO_NEW: entry<{ path: string; found: string; supported: string }>(
    (d) => `The session ${d.path} was recorded by a newer program: its layout is ${d.found}; this one reads up to ${d.supported}.`,
    () => "Use the newer version of Heaptide.",
  ),
  NOT_A_SESSION: entry<{ path: string; cause: string }>(
    (d) => `${d.path} is not a recorded session: ${d.cause}.`,
    () => "heaptide record --for 5m --out session.heaptide",
  ),
} as const;
