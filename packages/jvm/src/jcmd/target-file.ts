import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { randomUUID } from "node:crypto";
import { rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readStatus } from "../proc/status.ts";

/** A file that a JVM writes for us: on its own file system, as its own user. */
export interface TargetFile {
  /** As the JVM knows it. */
  readonly path: string;
  /** As we reach it. */
  readonly here: string;
}

/** A name in the JVM's /tmp that no one else has. */
export async function targetFile(pid: number, extension: string, folder = "/tmp"): Promise<TargetFile> {
  const { nsPid } = await readStatus(pid);
  return reached(pid, `${folder}/heaptide-${nsPid}-${randomUUID()}.${extension}`);
}

export function reached(pid: number, path: string): TargetFile {
  return { path, here: `/proc/${pid}/root${path}` };
}

/** @returns its size in bytes. @throws JVM_FILE_UNREACHABLE */
export async function sizeOfTargetFile(pid: number, file: TargetFile): Promise<number> {
  return (await reaching(pid, file, () => stat(file.here))).size;
}

/** For the JVM to read, whoever its user is. @throws JVM_FILE_UNREACHABLE */
export async function writeTargetFile(pid: number, file: TargetFile, text: string): Promise<void> {
  await reaching(pid, file, () => writeFile(file.here, text, { mode: 0o644, flag: "wx" }));
}

async function reaching<T>(pid: number, { path }: TargetFile, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new HeaptideError("JVM_FILE_UNREACHABLE", { pid, path, cause }, { cause: error });
  }
}

/** Less than this is full: what the JVM was writing took the rest. */
const FULL = 1024 * 1024;

/**
 * What to say of a command that should have written the file. JVMs do not always name a full disk ("Unexpected error during I/O operation"), so
 * the disk itself is asked, before the half-written file is removed.
 */
export async function writeFailure(pid: number, file: TargetFile, error: unknown): Promise<unknown> {
  if (!isHeaptideError(error, "JVM_COMMAND_FAILED")) return error;
  const free = await statfs(dirname(file.here)).then(
    (disk) => disk.bavail * disk.bsize,
    () => Infinity,
  );
  const full = free < FULL || /no space left|quota/i.test(error.detail.said);
  return full ? new HeaptideError("JVM_DISK_FULL", { pid, path: file.path, said: error.detail.said }, { cause: error }) : error;
}

/** Whether it is there or not; also after a failed command, which may have left half of it. */
export async function removeTargetFile(file: TargetFile): Promise<void> {
  await rm(file.here, { force: true }).catch(() => {
    // The process is gone and its root with it: so is our way to the file.
  });
}
