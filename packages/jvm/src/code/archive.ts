import { open, type FileHandle } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { HeaptideError } from "@heaptide/base";
import { type Entry, openPromise } from "yauzl";

/** A class file in an archive, not yet unpacked. */
export interface ArchivedClass {
  /** `a.b.C`. */
  readonly name: string;
  readonly read: () => Promise<Buffer>;
}

/** Generated classes have some hundred kilobytes; what is longer is not written by people. */
const LONGEST_CLASS = 4 * 1024 * 1024;

/** An open jar with its class files in their order; versions for other Java releases are left out. */
export interface Archive {
  readonly classes: readonly ArchivedClass[];
  readonly close: () => Promise<void>;
}

/**
 * Reads only the directory of the archive; each class when it is asked for.
 * @throws MALFORMED_INPUT for what is no jar, and for one that its process has closed meanwhile
 */
export async function openArchive(path: string): Promise<Archive> {
  // Before all else: a process may close its jar at any time, and what is open here stays.
  const file = await open(path).catch((error: Error) => {
    throw malformed(path, 0, error.message);
  });
  const entries = await classEntries(path).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  const ahead = new ReadAhead(path, file);
  const classes = entries.map((entry) => ({
    name: entry.fileName.slice(0, -".class".length).replaceAll("/", "."),
    read: () => unpacked(ahead, entry),
  }));
  return { classes, close: () => file.close() };
}

async function classEntries(path: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    const archive = await openPromise(path, { lazyEntries: true });
    for await (const entry of archive.eachEntry()) {
      const isClass = entry.fileName.endsWith(".class") && !entry.fileName.startsWith("META-INF/");
      if (isClass && entry.uncompressedSize <= LONGEST_CLASS) entries.push(entry);
    }
    return entries;
  } catch (error) {
    throw malformed(path, 0, error instanceof Error ? error.message : String(error));
  }
}

/** The header before an entry's data: its fixed part, and where its last two fields stand, the lengths of a name and of what follows it. */
const LOCAL_HEADER = 30;
const NAME_LENGTH_AT = 26;
const EXTRA_LENGTH_AT = 28;
const DEFLATED = 8;

/** A fat jar has ten thousand classes: a stream for each, as yauzl would open it, costs ten times as much as what is read. */
async function unpacked(file: ReadAhead, entry: Entry): Promise<Buffer> {
  const at = entry.relativeOffsetOfLocalHeader;
  const header = await file.read(at, LOCAL_HEADER);
  const dataAt = at + LOCAL_HEADER + header.readUInt16LE(NAME_LENGTH_AT) + header.readUInt16LE(EXTRA_LENGTH_AT);
  const data = await file.read(dataAt, entry.compressedSize);
  if (entry.compressionMethod !== DEFLATED) return Buffer.from(data);
  try {
    return inflateRawSync(data, { maxOutputLength: LONGEST_CLASS });
  } catch (error) {
    throw malformed(file.path, dataAt, error instanceof Error ? error.message : String(error));
  }
}

/** The latest stretch of a file in memory: entries stand in the order of their directory, so one read serves some hundred of them. */
class ReadAhead {
  readonly path: string;
  readonly #file: FileHandle;
  #stretch = Buffer.alloc(0);
  #from = 0;

  constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  async read(at: number, length: number): Promise<Buffer> {
    if (at < this.#from || at + length > this.#from + this.#stretch.length) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(Math.max(STRETCH, length)), 0, Math.max(STRETCH, length), at);
      if (bytesRead < length) throw malformed(this.path, at, `${length} bytes are needed, ${bytesRead} are there`);
      this.#stretch = buffer.subarray(0, bytesRead);
      this.#from = at;
    }
    return this.#stretch.subarray(at - this.#from, at - this.#from + length);
  }
}
const STRETCH = 512 * 1024;

const malformed = (what: string, offset: number, problem: string): HeaptideError<"MALFORMED_INPUT"> =>
  new HeaptideError("MALFORMED_INPUT", { what, offset, problem });
