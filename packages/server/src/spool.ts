import { mkdirSync, readdirSync, statSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

interface Waiting {
  readonly path: string;
  readonly size: number;
}

/**
 * Requests on their way to somebody who may be away: a file each, in a folder, in order. A file is whole and synced when it has its name, so that what waits survives a killed
 * process and a lost power supply. The folder is bounded; the oldest go first, and are counted.
 */
export class Spool {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #waiting: Waiting[];
  #next: number;
  #bytes: number;
  #dropped = 0;

  constructor(folder: string, mostBytes: number) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
    mkdirSync(folder, { recursive: true });
    const names = readdirSync(folder).filter((name) => /^\d{12}\.req$/.test(name));
    this.#waiting = names.toSorted().map((name) => ({ path: join(folder, name), size: statSync(join(folder, name)).size }));
    this.#bytes = this.#waiting.reduce((sum, { size }) => sum + size, 0);
    this.#next = Number.parseInt(names.toSorted().at(-1) ?? "0", 10) + 1;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Requests that were dropped for want of room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @throws what the file system does; nothing is kept then */
  async add(content: Uint8Array): Promise<void> {
    const path = join(this.#folder, `${String(this.#next).padStart(12, "0")}.req`);
    try {
      const file = await open(`${path}.part`, "w", 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw error;
    }
    await rename(`${path}.part`, path);
    this.#next++;
    this.#waiting.push({ path, size: content.byteLength });
    this.#bytes += content.byteLength;
    while (this.#bytes > this.#mostBytes && this.#waiting.length > 1) {
      await this.done();
      this.#dropped++;
    }
  }

  /** The oldest; null where nothing waits. One that cannot be read any more is dropped. */
  async peek(): Promise<Buffer | null> {
    while (this.#waiting.length > 0) {
      try {
        return await readFile(this.#waiting[0]!.path);
      } catch {
        await this.done();
        this.#dropped++;
      }
    }
    return null;
  }

  /** The oldest was taken, or will never be. */
  async done(): Promise<void> {
    const oldest = this.#waiting.shift();
    if (oldest === undefined) return;
    this.#bytes -= oldest.size;
    await rm(oldest.path, { force: true });
  }
}
