import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file that is there whole or not at all, also after a loss of power. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const fresh = `${path}.writing`;
  const file = await open(fresh, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncFolder(dirname(path));
}

/** Appends a line and forces it to the disk. Half a line that an interrupted append left is ended first, so that it spoils no other. */
export async function appendDurably(path: string, line: string): Promise<void> {
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    await file.appendFile(`${size > 0 && last[0] !== 0x0a ? "\n" : ""}${line}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** @returns undefined where there is no file */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
