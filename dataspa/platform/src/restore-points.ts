import { readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What a job can go on from: a checkpoint or a savepoint that was completed. Flink writes its `_metadata` last. */
export interface RestorePoint {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The latest one below these folders; undefined where there is none: the job then begins with its first record. */
export async function latestRestorePoint(folders: readonly string[]): Promise<RestorePoint | undefined> {
  const points = (await Promise.all(folders.map(pointsBelow))).flat();
  return points.toSorted((a, b) => b.at - a.at)[0];
}

async function pointsBelow(folder: string): Promise<RestorePoint[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const metadata = entries.filter((entry) => entry.isFile() && entry.name === "_metadata");
  return Promise.all(
    metadata.map(async ({ parentPath }) => ({ path: parentPath, at: (await stat(join(parentPath, "_metadata"))).mtimeMs })),
  );
}

/**
 * Removes what earlier runs of a job left in its checkpoint folder: all but the run that the latest point is of. A job that goes on from a point writes whole checkpoints of its
 * own and does not need those before.
 */
export async function forgetEarlierRuns(folder: string, latest: RestorePoint): Promise<void> {
  const kept = dirname(latest.path);
  for (const run of await readdir(folder).catch(() => [])) {
    const path = join(folder, run);
    if (path !== kept && path !== latest.path) await rm(path, { recursive: true, force: true });
  }
}
