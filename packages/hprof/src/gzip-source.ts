import { HeaptideError } from "@heaptide/base";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, createGunzip, gunzip } from "node:zlib";
import { fileSource } from "./file-source.ts";
import { type DumpSource, readBytes } from "./source.ts";

/**
 * Dumps in gzip: `jcmd GC.heap_dump -gz=1` and plain .gz. The analysis walks over a dump several times and jumps in it, so it is unpacked into a
 * temporary file first, which is removed when the source is closed.
 *
 * HotSpot writes members of 1 MiB each, and says so in the comment of the first (openjdk/jdk:src/hotspot/share/services/heapDumperCompression.cpp):
 * they are unpacked side by side. What is cut off is unpacked as far as it goes.
 */
export async function gzipSource(packed: DumpSource, signal?: AbortSignal): Promise<DumpSource> {
  const path = join(tmpdir(), `heaptide-${randomUUID()}.hprof`);
  try {
    const target = await open(path, "wx", 0o600);
    try {
      const blockSize = await statedBlockSize(packed);
      if (blockSize === null) await unpackStream(packed, target, signal);
      else await unpackMembers(packed, target, signal);
    } finally {
      await target.close();
    }
    return await withoutName(path, packed);
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof HeaptideError || signal?.aborted) throw signal?.reason ?? error;
    const cause = `it cannot be unpacked into ${tmpdir()} (${error instanceof Error ? error.message : String(error)})`;
    throw new HeaptideError("HEAP_DUMP_UNREADABLE", { path: packed.name, cause }, { cause: error });
  }
}

/**
 * On Linux the file loses its name at once and lives as long as it is open: whatever ends this process, nothing is left behind.
 */
async function withoutName(path: string, packed: DumpSource): Promise<DumpSource> {
  const source = fileSource(path);
  const nameless = process.platform === "linux";
  if (nameless) await rm(path);
  return {
    ...source,
    name: packed.name,
    async close() {
      await source.close();
      await packed.close();
      if (!nameless) await rm(path, { force: true });
    },
  };
}

async function statedBlockSize(packed: DumpSource): Promise<number | null> {
  const head = Buffer.from(await readBytes(packed, 0, 64)).toString("latin1");
  const match = /HPROF BLOCKSIZE=(\d+)\0/.exec(head);
  return match ? Number(match[1]) : null;
}

const WINDOW = 16 << 20;
/** As HotSpot's zlib writes it: deflate, no name, no time, any flags of compression, Unix or unknown. */
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]);
const unpack = promisify(gunzip);

/** Members of a window at a time, on the threads that Node has for that. */
async function unpackMembers(packed: DumpSource, target: FileHandle, signal?: AbortSignal): Promise<void> {
  let offset = 0;
  let written = 0;
  while (offset < packed.size) {
    signal?.throwIfAborted();
    const window = Buffer.from((await readBytes(packed, offset, WINDOW)).buffer);
    const isLast = offset + window.length >= packed.size;
    const starts = memberStarts(window);
    const ends = starts.map((_, i) => starts[i + 1] ?? window.length);
    // The last member of a window may go on behind it.
    const whole = isLast || starts.length === 1 ? starts.length : starts.length - 1;
    const parts = await Promise.all(
      starts.slice(0, whole).map((start, i) => unpack(window.subarray(start, ends[i]), { finishFlush: constants.Z_SYNC_FLUSH })),
    );
    for (const part of parts) {
      await target.write(part, 0, part.length, written);
      written += part.length;
    }
    offset += ends[whole - 1]!;
  }
}

function memberStarts(window: Buffer): number[] {
  const starts = [0];
  for (let at = window.indexOf(MEMBER, 1); at >= 0; at = window.indexOf(MEMBER, at + 1)) starts.push(at);
  return starts;
}

async function unpackStream(packed: DumpSource, target: FileHandle, signal?: AbortSignal): Promise<void> {
  const gunzipping = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  if (packed.descriptor === null) throw new Error("only files can be unpacked");
  const input = createReadStream("", { fd: packed.descriptor, start: 0, autoClose: false });
  input.on("error", (error) => gunzipping.destroy(error)).pipe(gunzipping);
  let written = 0;
  for await (const part of gunzipping as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    await target.write(part, 0, part.length, written);
    written += part.length;
  }
}
