import { open, rename } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes lines as one NDJSON file that appears in the directory whole or not at all, also if the machine stops in the middle: under a hidden
 * name first (Flink and others skip names that begin with a dot), forced to the disk, then renamed.
 */
export async function writeSegment(directory: string, name: string, lines: readonly string[]): Promise<void> {
  const hidden = join(directory, `.${name}.writing`);
  const file = await open(hidden, "w");
  try {
    await file.writeFile(lines.map((line) => `${line}\n`).join(""));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(hidden, join(directory, name));
  await syncDirectory(directory);
}

/** Without it the rename itself could be lost. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
