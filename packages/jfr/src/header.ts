import { ByteReader, HeaptideError } from "@heaptide/base";

/*
 * Format: Java Flight Recorder chunk header, version 2.x. A recording is chunks, one behind the other; each can be read alone.
 * Written by: HotSpot, JDK 11 and newer.
 * Layout: openjdk/jdk, jdk.jfr/share/classes/jdk/jfr/internal/consumer/ChunkHeader.java.
 * Byte order: big-endian, raw; everything behind the header is packed.
 * Not supported: version 1.x (JDK 7 and 8), recordings without compressed integers (no JDK writes them).
 */
export const HEADER_SIZE = 68;
const MAGIC = 0x464c5200;
const SUPPORTED_MAJOR = 2;
const FLAG_COMPRESSED_INTEGERS = 1;
/** The writer is changing the header at this very moment. */
const STATE_UPDATING = 255;

/** Positions are relative to the chunk's start. */
export interface ChunkHeader {
  /** Bytes, this header included. In a chunk that is being written: as of the last flush, and 0 before the first. */
  readonly size: number;
  /** Of the newest checkpoint event; each points at the one before. */
  readonly checkpointAt: number;
  readonly metadataAt: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly startTicks: number;
  readonly ticksPerMilli: number;
  readonly state: "finished" | "being-written" | "being-updated";
}

/**
 * @param bytes the first 68 bytes of a chunk @param base where they lie in the file
 * @throws HeaptideError `TRUNCATED_INPUT`, `MALFORMED_INPUT` (not a flight recording), `UNSUPPORTED_VERSION`
 */
export function parseChunkHeader(bytes: Uint8Array, what: string, base: number): ChunkHeader {
  const reader = new ByteReader(bytes, what, { base });
  if (reader.u4() !== MAGIC) {
    throw new HeaptideError("MALFORMED_INPUT", { what, offset: base, problem: "no chunk of a flight recording starts here" });
  }
  const major = reader.u2();
  const minor = reader.u2();
  if (major !== SUPPORTED_MAJOR) throw unsupported(what, `${major}.${minor}`);
  const header = {
    size: reader.i8(),
    checkpointAt: reader.i8(),
    metadataAt: reader.i8(),
    startedAt: reader.i8() / 1e6,
    duration: reader.i8() / 1e6,
    startTicks: reader.i8(),
    ticksPerMilli: reader.i8() / 1000,
    state: stateOf(reader.u1()),
  };
  reader.skip(2);
  if ((reader.u1() & FLAG_COMPRESSED_INTEGERS) === 0) throw unsupported(what, `${major}.${minor} with raw integers`);
  if (header.ticksPerMilli <= 0) throw reader.malformed(`a clock of ${header.ticksPerMilli * 1000} ticks a second`);
  return header;
}

function stateOf(state: number): ChunkHeader["state"] {
  if (state === 0) return "finished";
  return state === STATE_UPDATING ? "being-updated" : "being-written";
}

function unsupported(what: string, found: string): HeaptideError<"UNSUPPORTED_VERSION"> {
  return new HeaptideError("UNSUPPORTED_VERSION", { what, found, supported: "2.x, which JDK 11 and newer write" });
}
