import { ByteReader, HeaptideError, isHeaptideError } from "@heaptide/base";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { explainUnreadable, locatePerfData } from "./locate.ts";
import { LITTLE_ENDIAN, PERFDATA_ENTRY_HEADER, PERFDATA_MAGIC, PERFDATA_MAJOR, PERFDATA_PROLOGUE, TYPE_BYTE, TYPE_LONG } from "./layout.ts";

/** All counters of a JVM at one moment. */
export interface PerfCounters {
  /** By full name ("sun.gc.collector.0.invocations"): numbers as they are, ticks not converted; strings without padding. */
  readonly values: ReadonlyMap<string, number | string>;
  /** The JVM had no room for all of its counters (-XX:PerfDataMemorySize): some may be missing. */
  readonly overflowed: boolean;
}

interface Prologue {
  readonly littleEndian: boolean;
  readonly used: number;
  readonly overflow: number;
  readonly modified: number;
  readonly firstEntry: number;
  readonly entries: number;
}

/** A read that meets a structural change is repeated; changes come in bursts while the JVM starts. */
const ATTEMPTS = 20;
const PAUSE_BETWEEN_ATTEMPTS = 10;
/** No JVM is configured with more; a larger file is not one of these. */
const MAX_FILE = 64 * 1024 * 1024;
const WHAT = "hsperfdata";

/**
 * Reads the counters of a running JVM from its shared memory: about 0.5 ms here, nothing there.
 *
 * @throws NO_SUCH_PROCESS, NOT_A_JVM, PROCESS_HIDDEN (another user's), PERFDATA_OFF, PERFDATA_NOT_READY (still starting after 0.2 s).
 */
export async function readPerfData(pid: number): Promise<PerfCounters> {
  const path = await locatePerfData(pid);
  for (let attempt = 1; ; attempt++) {
    try {
      const counters = await readOnce(path, pid);
      if (counters) return counters;
    } catch (error) {
      // A counter that is being added has its place before it has its name.
      const passing =
        isHeaptideError(error, "PERFDATA_NOT_READY") ||
        isHeaptideError(error, "MALFORMED_INPUT") ||
        isHeaptideError(error, "TRUNCATED_INPUT");
      if (!passing || attempt >= ATTEMPTS) throw error;
    }
    if (attempt >= ATTEMPTS) throw new HeaptideError("PERFDATA_NOT_READY", { what: path });
    await delay(PAUSE_BETWEEN_ATTEMPTS);
  }
}

/**
 * Synchronous, as it reads memory: what is added between the two looks at the prologue is seen, and that gap should be short.
 * @returns undefined where counters were added during the read.
 */
async function readOnce(path: string, pid: number): Promise<PerfCounters | undefined> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw await explainUnreadable(pid, path, error);
  }
  try {
    const bytes = new Uint8Array(Math.min(fstatSync(file).size, MAX_FILE));
    const length = readSync(file, bytes, 0, bytes.length, 0);
    const again = new Uint8Array(PERFDATA_PROLOGUE);
    readSync(file, again, 0, again.length, 0);
    const counters = parsePerfData(bytes.subarray(0, length));
    const [before, after] = [readPrologue(bytes), readPrologue(again)];
    return before.entries === after.entries && before.modified === after.modified ? counters : undefined;
  } finally {
    closeSync(file);
  }
}

/**
 * Parses a whole hsperfdata file. Pure.
 *
 * @throws TRUNCATED_INPUT where the file ends before its used part does, MALFORMED_INPUT, UNSUPPORTED_VERSION,
 *   PERFDATA_NOT_READY where the JVM has not filled it in yet.
 */
export function parsePerfData(bytes: Uint8Array): PerfCounters {
  const prologue = readPrologue(bytes);
  const reader = new ByteReader(bytes, WHAT, { littleEndian: prologue.littleEndian });
  // One check for all: a file cut anywhere in its used part is told from one with a bad entry.
  reader.skip(prologue.used);
  reader.seek(prologue.firstEntry);
  const values = new Map<string, number | string>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < prologue.entries; i++) readEntry(reader, buffer, values);
  return { values, overflowed: prologue.overflow > 0 };
}

function readPrologue(bytes: Uint8Array): Prologue {
  const head = new ByteReader(bytes, WHAT);
  if (head.u4() !== PERFDATA_MAGIC) {
    head.seek(0);
    throw head.malformed("it does not begin with CA FE C0 C0");
  }
  const littleEndian = head.u1() === LITTLE_ENDIAN;
  const [major, minor, accessible] = [head.u1(), head.u1(), head.u1()];
  if (major !== PERFDATA_MAJOR) {
    throw new HeaptideError("UNSUPPORTED_VERSION", { what: WHAT, found: `${major}.${minor}`, supported: "2.0" });
  }
  if (accessible !== 1) throw new HeaptideError("PERFDATA_NOT_READY", { what: WHAT });
  const reader = new ByteReader(bytes, WHAT, { littleEndian });
  reader.seek(8);
  return {
    littleEndian,
    used: reader.u4(),
    overflow: reader.i4(),
    modified: reader.i8(),
    firstEntry: reader.u4(),
    entries: reader.u4(),
  };
}

function readEntry(reader: ByteReader, bytes: Buffer, values: Map<string, number | string>): void {
  const start = reader.offset;
  const length = reader.u4();
  const nameOffset = reader.u4();
  const vectorLength = reader.u4();
  const type = reader.u1();
  // Flags, units and variability: what the counters mean is known by name (collectors.ts).
  reader.skip(3);
  const dataOffset = reader.u4();
  const dataLength = vectorLength || 8;
  if (nameOffset < PERFDATA_ENTRY_HEADER || dataOffset <= nameOffset || dataOffset + dataLength > length) {
    reader.seek(start);
    throw reader.malformed(`an entry of ${length} bytes has its name at ${nameOffset} and ${dataLength} bytes of data at ${dataOffset}`);
  }
  // All of the entry is there from here on.
  reader.seek(start + length);
  const name = terminated(bytes, start + nameOffset, start + dataOffset);
  if (type === TYPE_LONG && vectorLength === 0) {
    reader.seek(start + dataOffset);
    values.set(name, reader.i8());
    reader.seek(start + length);
  } else if (type === TYPE_BYTE && vectorLength > 0) {
    values.set(name, terminated(bytes, start + dataOffset, start + dataOffset + vectorLength));
  }
  // Other types do not occur; one that comes some day is passed over rather than taking the rest with it.
}

/** Up to the first NUL. */
function terminated(bytes: Buffer, start: number, end: number): string {
  const nul = bytes.indexOf(0, start);
  return bytes.toString("utf8", start, nul >= 0 && nul < end ? nul : end);
}
