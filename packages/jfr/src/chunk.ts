import { isHeaptideError } from "@heaptide/base";
import { type ChunkHeader, HEADER_SIZE, parseChunkHeader } from "./header.ts";
import { readMetadata } from "./metadata.ts";
import { PackedReader } from "./packed-reader.ts";
import { CHECKPOINT_TYPE, type CheckpointBytes, Pools, readCheckpointHeader } from "./pools.ts";
import type { RecordingSource } from "./source.ts";
import { TypeTable } from "./types.ts";

/** What a reader of events needs to know of the chunk they are in: types, constants, and the clock. */
export interface Chunk {
  /** 0 for the first of the recording. */
  readonly index: number;
  /** Of its header in the file. */
  readonly offset: number;
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly types: TypeTable;
  readonly pools: Pools;
  /** A time stamp of the JVM's clock as milliseconds since the epoch. */
  timeOf(ticks: number): number;
}

/** Why the end of a recording is missing, and how much of it. */
export interface Incomplete {
  /**
   * `truncated`: the file ends inside of a chunk. `being-written`: the JVM had not finished the chunk when the file was read or copied.
   * `not-inflated`: whole chunks, behind which the compressed file is damaged or has a second part.
   */
  readonly reason: "truncated" | "being-written" | "not-inflated";
  /** Offset in the file up to which everything was read. */
  readonly offset: number;
  /** Bytes behind it that are there but cannot be understood, or were promised and are not there; null where nobody can tell. */
  readonly lost: number | null;
}

/** Where a chunk's parts lie, as offsets in the file. */
export interface ChunkExtent {
  readonly index: number;
  readonly start: number;
  /** Behind the last event that can be read. */
  readonly end: number;
  readonly header: ChunkHeader;
  /** null where the readable part has none: then no event in it can be understood. */
  readonly metadataAt: number | null;
  readonly checkpointAt: number | null;
  readonly incomplete: Incomplete | null;
}

const METADATA_TYPE = 0;
/** Size and type of an event take at most two varints. */
const EVENT_HEAD = 18;
/** A header that its writer changes while we look settles within a flush; a copy that caught it so never does. */
const HEADER_READS = 10;
const HEADER_PATIENCE = 5;
const SCAN_WINDOW = 1 << 18;

/**
 * Finds out what of a chunk can be read. In a finished chunk the header knows; where the file ends early, or a live header makes no sense yet,
 * the events are walked for the last metadata and the last checkpoint that are whole.
 *
 * @throws HeaptideError `MALFORMED_INPUT`, `UNSUPPORTED_VERSION`, `TRUNCATED_INPUT` where not even the header is there
 */
export async function locateChunk(source: RecordingSource, start: number, index: number): Promise<ChunkExtent> {
  const header = await readHeader(source, start);
  const have = source.size - start;
  const written = header.metadataAt > 0 && header.size > HEADER_SIZE && header.state !== "being-updated";
  if (header.state === "finished") {
    const problem = header.size < HEADER_SIZE ? `a chunk of ${header.size} bytes` : outside(header);
    if (problem) throw malformedAt(source, start, problem);
  }
  const promised = written ? header.size : have;
  if (!written || promised > have || outside(header))
    return salvageChunk(source, { start, index, header, promised: Math.max(promised, have) });
  const end = start + promised;
  const live: Incomplete = { reason: "being-written", offset: end, lost: have - promised };
  return {
    index,
    start,
    end,
    header,
    metadataAt: start + header.metadataAt,
    checkpointAt: header.checkpointAt > 0 ? start + header.checkpointAt : null,
    incomplete: header.state === "finished" ? null : live,
  };
}

/** Reads types and constants of a chunk. @returns null where it holds no metadata */
export async function openChunk(source: RecordingSource, extent: ChunkExtent): Promise<Chunk | null> {
  const { header, index, start, metadataAt } = extent;
  if (metadataAt === null) return null;
  const reader = new PackedReader(source.name);
  const metadata = await readEventBytes(source, metadataAt, extent.end);
  reader.reset(metadata, metadataAt);
  const types = new TypeTable(readMetadata(reader), source.name, metadataAt);
  const pools = new Pools(types, await readCheckpoints(source, extent), source.name);
  const { startedAt, startTicks, ticksPerMilli } = header;
  return {
    index,
    offset: start,
    startedAt,
    endedAt: startedAt + header.duration,
    types,
    pools,
    timeOf: (ticks) => startedAt + (ticks - startTicks) / ticksPerMilli,
  };
}

async function readHeader(source: RecordingSource, start: number): Promise<ChunkHeader> {
  let header = parseChunkHeader(await source.read(start, HEADER_SIZE), source.name, start);
  for (let reads = 1; header.state !== "finished" && reads < HEADER_READS; reads++) {
    const before = header;
    if (before.state === "being-updated") await new Promise((resolve) => setTimeout(resolve, HEADER_PATIENCE));
    header = parseChunkHeader(await source.read(start, HEADER_SIZE), source.name, start);
    if (header.state !== "being-updated" && header.size === before.size && header.metadataAt === before.metadataAt) break;
  }
  return header;
}

/** What is wrong with a header's positions; undefined where nothing is. */
function outside({ size, metadataAt, checkpointAt }: ChunkHeader): string | undefined {
  if (metadataAt < HEADER_SIZE || metadataAt >= size) return `metadata at ${metadataAt} in a chunk of ${size} bytes`;
  if (checkpointAt !== 0 && (checkpointAt < HEADER_SIZE || checkpointAt >= size))
    return `a checkpoint at ${checkpointAt} in a chunk of ${size} bytes`;
  return undefined;
}

async function salvageChunk(
  source: RecordingSource,
  { start, index, header, promised }: { start: number; index: number; header: ChunkHeader; promised: number },
): Promise<ChunkExtent> {
  let metadataAt: number | null = null;
  let checkpointAt: number | null = null;
  let end = start + HEADER_SIZE;
  for await (const event of walkHeads(source, end)) {
    if (event.type === METADATA_TYPE) metadataAt = event.offset;
    if (event.type === CHECKPOINT_TYPE) checkpointAt = event.offset;
    end = event.offset + event.size;
  }
  const reason = header.state === "finished" ? "truncated" : "being-written";
  const lost = reason === "truncated" ? start + promised - end : source.size - end;
  return { index, start, end, header, metadataAt, checkpointAt, incomplete: { reason, offset: end, lost } };
}

/** Size and type of each event from an offset on, as long as whole events follow each other. */
async function* walkHeads(source: RecordingSource, from: number): AsyncGenerator<{ offset: number; size: number; type: number }> {
  const reader = new PackedReader(source.name);
  let windowAt = from;
  let window = await source.read(windowAt, SCAN_WINDOW);
  for (let offset = from; offset < source.size;) {
    if (offset + EVENT_HEAD > windowAt + window.length && windowAt + window.length < source.size) {
      windowAt = offset;
      window = await source.read(windowAt, SCAN_WINDOW);
    }
    reader.reset(window.subarray(offset - windowAt), offset);
    const head = tryReadHead(reader);
    if (!head || head.size < reader.position || offset + head.size > source.size) return;
    yield { offset, ...head };
    offset += head.size;
  }
}

function tryReadHead(reader: PackedReader): { size: number; type: number } | undefined {
  try {
    return { size: reader.varint(), type: reader.varint() };
  } catch (error) {
    if (isHeaptideError(error)) return undefined;
    throw error;
  }
}

/** Newest first. Each ends before the one after it begins: the chain has an end, and its bytes together are no more than the chunk's. */
async function readCheckpoints(source: RecordingSource, extent: ChunkExtent): Promise<CheckpointBytes[]> {
  const reader = new PackedReader(source.name);
  const checkpoints: CheckpointBytes[] = [];
  let limit = extent.end;
  for (let offset = extent.checkpointAt; offset !== null;) {
    const bytes = await readEventBytes(source, offset, limit);
    reader.reset(bytes, offset);
    const back = readCheckpointHeader(reader);
    checkpoints.push({ bytes, offset });
    if (back === 0) break;
    if (back < 0 || offset - back < extent.start + HEADER_SIZE)
      throw reader.malformed(`a checkpoint whose predecessor is ${back} bytes before it`);
    limit = offset;
    offset -= back;
  }
  return checkpoints;
}

/** All bytes of the event at an offset, which must end before `limit`. */
async function readEventBytes(source: RecordingSource, offset: number, limit: number): Promise<Uint8Array> {
  const head = await source.read(offset, Math.min(EVENT_HEAD, limit - offset));
  const reader = new PackedReader(source.name);
  reader.reset(head, offset);
  const size = reader.varint();
  if (size < 1 || offset + size > limit) throw malformedAt(source, offset, `an event of ${size} bytes where ${limit - offset} are left`);
  return source.read(offset, size);
}

function malformedAt(source: RecordingSource, offset: number, problem: string): Error {
  const reader = new PackedReader(source.name);
  reader.reset(new Uint8Array(0), offset);
  return reader.malformed(problem);
}
