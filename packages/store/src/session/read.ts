import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { createZstdDecompress } from "node:zlib";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { Measure, Observation } from "@heaptide/model";
import { type About, type Batch, type End, type Entry, MAGIC, type Samples, SESSION_VERSION, type SnapshotDifference } from "./format.ts";
import { DifferenceDecoder } from "./snapshot-differences.ts";

/** What arrived at once, and when: milliseconds since the epoch. */
export interface ArrivedBatch {
  readonly at: number;
  readonly observations: readonly Observation[];
}

export interface Session {
  readonly about: About;
  /** In order of arrival. */
  readonly batches: readonly ArrivedBatch[];
  /** It ends without its last line; read all the same because `partial` was asked for. */
  readonly isCutOff: boolean;
}

export interface ReadSessionOptions {
  /** Accept a session that ends without its last line: what was recorded until it was cut off. */
  readonly partial?: boolean;
}

/**
 * Reads a session whole: some megabytes for an hour of one cluster.
 * @throws NOT_A_SESSION, SESSION_TOO_NEW, SESSION_CUT_OFF, SESSION_CORRUPT
 */
export async function readSession(path: string, options: ReadSessionOptions = {}): Promise<Session> {
  const file = resolve(path);
  const wrong: Wrong = (cause) => new HeaptideError("SESSION_CORRUPT", { path: file, cause });
  const decoder = new DifferenceDecoder();
  const batches: ArrivedBatch[] = [];
  let about: About | undefined;
  let end: number | undefined;
  for await (const value of valuesOf(file, await checkedStart(file), wrong)) {
    if (end !== undefined) throw wrong("it goes on after its last line");
    if (about === undefined) about = value as About;
    else if (isEnd(value)) end = value.end;
    else batches.push(decoded(value as Batch, decoder, (cause) => wrong(`batch ${batches.length + 1}: ${cause}`)));
  }
  if (about === undefined || (end === undefined && !options.partial)) throw cutOff(file, batches);
  if (typeof about.recordedFrom !== "number") throw wrong("its first line does not say when it was recorded");
  if (end !== undefined && end !== batches.length) throw wrong(`it has ${batches.length} batches, and should have ${end}`);
  return { about, batches, isCutOff: end === undefined };
}

function cutOff(path: string, batches: readonly ArrivedBatch[]): HeaptideError {
  const until = batches.at(-1)?.at;
  return new HeaptideError("SESSION_CUT_OFF", { path, until: until === undefined ? null : new Date(until).toISOString() });
}

type Wrong = (cause: string) => HeaptideError;

const isEnd = (value: unknown): value is End => typeof value === "object" && value !== null && "end" in value;

/** @returns where the frame begins */
async function checkedStart(file: string): Promise<number> {
  const start = await open(file).then(
    async (handle) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      await handle.close();
      return buffer.toString("latin1", 0, bytesRead);
    },
    (error: Error) => {
      throw new HeaptideError("NOT_A_SESSION", { path: file, cause: error.message }, { cause: error });
    },
  );
  const version = start.startsWith(MAGIC) ? /^(\d{1,9})\n/.exec(start.slice(MAGIC.length))?.[1] : undefined;
  if (version === undefined) {
    // An empty file, or one that ends within its first line, was cut off.
    const isCut = start === "" || (start.length < 20 && `${MAGIC}${SESSION_VERSION}\n`.startsWith(start));
    if (isCut) throw cutOff(file, []);
    throw new HeaptideError("NOT_A_SESSION", { path: file, cause: `it does not begin with "${MAGIC.trim()}"` });
  }
  if (Number(version) > SESSION_VERSION) {
    throw new HeaptideError("SESSION_TOO_NEW", { path: file, found: version, supported: String(SESSION_VERSION) });
  }
  return MAGIC.length + version.length + 1;
}

/** The JSON values of the frame, a line each. Where it breaks off, they end; a last line that is not whole is left out. */
async function* valuesOf(file: string, offset: number, wrong: Wrong): AsyncGenerator {
  const unpacked = createZstdDecompress().setEncoding("utf8");
  createReadStream(file, { start: offset })
    .on("error", (error) => unpacked.destroy(error))
    .pipe(unpacked);
  let rest = "";
  try {
    for await (const text of unpacked) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) yield parsed(line, wrong);
    }
  } catch (error) {
    // Z_BUF_ERROR: the frame goes on, the file does not.
    if (isHeaptideError(error) || !(error instanceof Error)) throw error;
    if ((error as NodeJS.ErrnoException).code !== "Z_BUF_ERROR") throw wrong(error.message);
  }
}

function parsed(line: string, wrong: Wrong): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function decoded({ at, seen }: Batch, decoder: DifferenceDecoder, wrong: Wrong): ArrivedBatch {
  if (typeof at !== "number" || !Array.isArray(seen)) throw wrong("it is none");
  return { at, observations: seen.flatMap((entry: Entry) => observationsOf(entry, decoder, wrong)) };
}

function observationsOf(entry: Entry, decoder: DifferenceDecoder, wrong: Wrong): Observation[] {
  if (entry.type === "samples") return samplesOf(entry);
  if (entry.type === "snapshot-difference") return [snapshotOf(entry, decoder, wrong)];
  const observation = Observation.safeParse(entry);
  if (observation.success) return [observation.data];
  throw wrong(observation.error.issues[0]?.message ?? "an observation of unknown kind");
}

function samplesOf({ at, incarnation, values }: Samples): Observation[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const measure = Measure.safeParse(name);
    return measure.success ? [{ type: "sample", at, incarnation, measure: measure.data, value }] : [];
  });
}

function snapshotOf(entry: SnapshotDifference, decoder: DifferenceDecoder, wrong: Wrong): Observation {
  try {
    return decoder.decode(entry);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw wrong(error.message);
    throw error;
  }
}
