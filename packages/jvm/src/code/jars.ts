import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** The jar of a job, as a process has it open. */
export interface OpenJar {
  /** Unlike for each upload to a JobManager; of the content where it comes from Flink's blob store. */
  readonly key: string;
  /** Readable as long as the process has it open, deleted or not. */
  readonly path: string;
}

/** Flink's blob store names a job's jar `job_<id>/blob_p-<SHA-1 of the content>-<random>`. */
const BLOB = /\/job_[0-9a-f]{32}\/blob_[pt]-([0-9a-f]{40})-[0-9a-f]+(?: \(deleted\))?$/;

/** What is uploaded to a JobManager: `main` runs from there. */
const UPLOAD = /\/flink-web-upload\/([^/]+\.jar)(?: \(deleted\))?$/;

/** The jars of user code that the class loaders of a Flink process hold open, each once. None where its descriptors are not ours to see. */
export async function openJobJars(pid: number): Promise<OpenJar[]> {
  const folder = `/proc/${pid}/fd`;
  const numbers = await readdir(folder).catch(() => []);
  const jars = new Map<string, OpenJar>();
  for (const number of numbers) {
    const target = await readlink(`${folder}/${number}`).catch(() => "");
    const key = (BLOB.exec(target) ?? UPLOAD.exec(target))?.[1];
    if (key !== undefined) jars.set(key, { key, path: `${folder}/${number}` });
  }
  return [...jars.values()];
}

/** SHA-1 of what is in the jar, as the blob store has it: an upload is read through for it, 10 ms for 10 MB. null for a jar that was closed meanwhile. */
export async function contentOf({ key, path }: OpenJar): Promise<string | null> {
  if (/^[0-9a-f]{40}$/.test(key)) return key;
  const hash = createHash("sha1");
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
  } catch {
    return null;
  }
}
