import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Batches } from "./batches.ts";
import type { Message, TopicWriter, Transport } from "./transport.ts";

/**
 * The embedded transport: a folder a topic, NDJSON segments in it, `<milliseconds>-<number>-<writer>.ndjson`, so that the order of the names is that of time.
 * A segment is written under a hidden name (Flink's FileSource skips names that begin with a dot), each append forced to the disk, and becomes visible by
 * a rename when it is old or large enough: it then never changes again. What a killed writer left hidden is completed by the next one of its name.
 */
export interface SegmentOptions {
  /** A visible segment is at least this old or this large. Milliseconds, bytes. */
  readonly segmentAge?: number;
  readonly segmentBytes?: number;
}

const ENDING = ".ndjson";
const HIDDEN_ENDING = `${ENDING}.writing`;

export function segmentTransport(root: string, options: SegmentOptions = {}): Transport {
  const writers = new Set<SegmentWriter>();
  const folder = (topic: string) => join(root, topic);
  return {
    async writer(topic, name) {
      if (!/^[a-z0-9-]+$/.test(name)) throw new RangeError(`a writer's name is made of a-z, 0-9 and -, not ${JSON.stringify(name)}`);
      await mkdir(folder(topic), { recursive: true });
      await completeLeftovers(folder(topic), name);
      const writer = new SegmentWriter(folder(topic), name, { segmentAge: 1000, segmentBytes: 8 * 1024 * 1024, ...options });
      writers.add(writer);
      return writer;
    },
    async *read(topic) {
      for (const name of await visibleSegments(folder(topic)))
        yield* createInterface({ input: createReadStream(join(folder(topic), name)) });
    },
    sourceArguments: (topic) => ["--input", folder(topic)],
    async [Symbol.asyncDispose]() {
      for (const writer of writers) await writer.close();
    },
  };
}

async function visibleSegments(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(ENDING) && !name.startsWith(".")).toSorted();
}

class SegmentWriter implements TopicWriter {
  readonly #folder: string;
  readonly #name: string;
  readonly #options: Required<SegmentOptions>;
  readonly #batches = new Batches((messages) => this.#exclusively(() => this.#write(messages)));
  #segment: { readonly file: FileHandle; readonly name: string; bytes: number } | undefined;
  #number = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Writes and rolls one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(folder: string, name: string, options: Required<SegmentOptions>) {
    this.#folder = folder;
    this.#name = name;
    this.#options = options;
  }

  async append(messages: readonly Message[]): Promise<void> {
    if (this.#closed) throw new Error("the writer is closed");
    await this.#batches.add(messages);
  }

  async flush(): Promise<void> {
    await this.#batches.idle();
    await this.#exclusively(() => this.#show());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #exclusively(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #write(messages: readonly Message[]): Promise<void> {
    const segment = (this.#segment ??= await this.#begin());
    const before = segment.bytes;
    const lines = Buffer.from(messages.map(({ value }) => `${value}\n`).join(""));
    try {
      await segment.file.write(lines, 0, lines.length, before);
      await segment.file.datasync();
    } catch (error) {
      // A full disk takes a part of the lines: they were not accepted, so they must not be seen.
      await segment.file.truncate(before).catch(() => {});
      throw error;
    }
    segment.bytes += lines.length;
    if (segment.bytes >= this.#options.segmentBytes) await this.#show();
  }

  async #begin() {
    const time = String(Date.now()).padStart(13, "0");
    const name = `${time}-${String(this.#number++).padStart(6, "0")}-${this.#name}${ENDING}`;
    const file = await open(join(this.#folder, hidden(name)), "wx");
    // The name itself must survive too, before anything in it is promised.
    await syncFolder(this.#folder);
    this.#timer = setTimeout(() => void this.#exclusively(() => this.#show()).catch(() => {}), this.#options.segmentAge);
    return { file, name, bytes: 0 };
  }

  async #show(): Promise<void> {
    clearTimeout(this.#timer);
    const segment = this.#segment;
    if (!segment) return;
    this.#segment = undefined;
    await segment.file.close();
    if (segment.bytes === 0) return rm(join(this.#folder, hidden(segment.name)));
    await rename(join(this.#folder, hidden(segment.name)), join(this.#folder, segment.name));
    await syncFolder(this.#folder);
  }
}

const hidden = (name: string) => `.${name}.writing`;

/** Of a writer that was killed: whole lines are promised to be kept, half a line at the end was never confirmed. */
async function completeLeftovers(folder: string, writer: string): Promise<void> {
  const leftovers = (await readdir(folder)).filter((name) => name.startsWith(".") && name.endsWith(`-${writer}${HIDDEN_ENDING}`));
  for (const leftover of leftovers) {
    const path = join(folder, leftover);
    const bytes = await cutHalfLine(path);
    if (bytes === 0) await rm(path);
    else await rename(path, join(folder, leftover.slice(1, -".writing".length)));
  }
  if (leftovers.length > 0) await syncFolder(folder);
}

/** Cuts what stands behind the last line break. @returns the bytes that are left. */
async function cutHalfLine(path: string): Promise<number> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const chunk = Buffer.alloc(64 * 1024);
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - chunk.length);
      await file.read(chunk, 0, end - start, start);
      const at = chunk.subarray(0, end - start).lastIndexOf(0x0a);
      if (at >= 0) {
        await file.truncate(start + at + 1);
        await file.sync();
        return start + at + 1;
      }
      end = start;
    }
    return 0;
  } finally {
    await file.close();
  }
}

/** Without it a new name or a rename could be lost. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
