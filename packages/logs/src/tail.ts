import { type FileHandle, open, stat } from "node:fs/promises";
import { HeaptideError } from "@heaptide/base";
import { LogReader, type LogReaderOptions } from "./reader.ts";
import type { LogRecord } from "./record.ts";

export interface FileTailOptions extends LogReaderOptions {
  /** Where to begin in the file that is there first; files that replace it are read from their start. "end" by default. */
  readonly from?: "start" | "end";
  /** Bytes read by one `poll`, 4 MiB by default: after a long pause it takes several. */
  readonly perPoll?: number;
}

/** Bytes before the position that are compared to notice a file that was emptied and has grown past the position since. */
const WITNESS = 64;
const PIECE = 64 * 1024;

/**
 * Follows a log file by looking at it when asked: no watcher, no timer, so it works on network and container file systems too.
 *
 * It survives all ways to rotate: the file renamed and a new one created (the old one is read to its end first), emptied in place, copied
 * away and emptied, and a file that is not there yet or not for a while.
 */
export class FileTail {
  readonly #path: string;
  readonly #perPoll: number;
  readonly #reader: LogReader;
  #file: { handle: FileHandle; inode: number; position: number; witness: Buffer } | undefined;
  /** Where to begin in the next file that is opened. */
  #from: "start" | "end";

  constructor(path: string, options: FileTailOptions = {}) {
    this.#path = path;
    this.#perPoll = options.perPoll ?? 4 * 1024 * 1024;
    this.#from = options.from ?? "end";
    this.#reader = new LogReader(options);
  }

  /**
   * What was written since the last call. A record is complete when the next one begins or when a call finds nothing new.
   * @throws HeaptideError LOG_UNREADABLE where the file is there but may not be read; the next call tries again.
   */
  async poll(): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    try {
      if (!this.#file) await this.#open();
      let left = this.#perPoll;
      if (this.#file) left -= await this.#readOn(left, records);
      if (left > 0 && (await this.#wasReplaced())) {
        records.push(...this.#reader.end());
        await this.#open();
        left -= await this.#readOn(left, records);
      }
      if (left === this.#perPoll) records.push(...this.#reader.flush());
      return records;
    } catch (error) {
      throw new HeaptideError(
        "LOG_UNREADABLE",
        { path: this.#path, cause: String((error as NodeJS.ErrnoException).code ?? error) },
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  async #open(): Promise<void> {
    await this.close();
    const handle = await openIfThere(this.#path);
    if (handle) {
      const { ino, size } = await handle.stat();
      this.#file = { handle, inode: ino, position: this.#from === "end" ? size : 0, witness: Buffer.alloc(0) };
    }
    // Also where nothing was there yet: whatever is written to a file that appears later is new.
    this.#from = "start";
  }

  /** Reads at most `most` bytes on. @returns how many. */
  async #readOn(most: number, records: LogRecord[]): Promise<number> {
    const file = this.#file;
    if (!file) return 0;
    const { size } = await file.handle.stat();
    if (size < file.position || (size > file.position && !(await isSameFile(file)))) {
      records.push(...this.#reader.end());
      file.position = 0;
    }
    let total = 0;
    while (total < most) {
      const { bytesRead, buffer } = await file.handle.read(Buffer.alloc(PIECE), 0, Math.min(PIECE, most - total), file.position);
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      file.position += bytesRead;
      file.witness = Buffer.from(Buffer.concat([file.witness, bytes]).subarray(-WITNESS));
      records.push(...this.#reader.push(bytes));
      total += bytesRead;
    }
    return total;
  }

  async #wasReplaced(): Promise<boolean> {
    const inode = await inodeOf(this.#path);
    return inode !== undefined && this.#file !== undefined && inode !== this.#file.inode;
  }
}

/** Whether what was read last still stands before the position. */
async function isSameFile({ handle, position, witness }: { handle: FileHandle; position: number; witness: Buffer }): Promise<boolean> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(witness.length), 0, witness.length, position - witness.length);
  return buffer.subarray(0, bytesRead).equals(witness);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return orUndefinedIfMissing(open(path, "r"));
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await orUndefinedIfMissing(stat(path)))?.ino;
}

async function orUndefinedIfMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
