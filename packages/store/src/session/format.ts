import { constants } from "node:zlib";
import type { Observation, SnapshotTaken } from "@heaptide/model";

/**
 * The file of a session: everything that was observed in one run, in the order in which it arrived. Written by `heaptide record`, read by
 * `heaptide diagnose --session` and by the lab. The layout is our own:
 *
 * - the line `heaptide-session 1`, plain, so that `head -1` tells what the file is; the number is the version of the layout;
 * - one zstd frame with a checksum. Inside, a JSON value a line: an `About`, then one `Batch` for each time that observations arrived, and an `End`.
 *
 * The frame is flushed every few seconds, so that of a recording that was killed everything up to the last flush can be read; it lacks the `End`.
 *
 * Two things are not as observed, to make the file small: samples of one incarnation and time share one entry, and a histogram is the difference to the
 * one before it of the same incarnation and kind. Both come back exactly, but for the order of classes, which tells nothing. A reader that finds an
 * entry of unknown type refuses the file, for what is left out would change what is concluded; an unknown measure is left out. Not supported: random access, and numbers that JSON has not.
 */
export const SESSION_VERSION = 1;
export const MAGIC = "heaptide-session ";

/** Level 9 costs a recorder little CPU and 40 MB; the window covers the dump of a recording that the next one repeats. */
export const COMPRESSION = {
  [constants.ZSTD_c_compressionLevel]: 9,
  [constants.ZSTD_c_windowLog]: 22,
  [constants.ZSTD_c_checksumFlag]: 1,
};

/** The first line: what its maker had to say. */
export interface About {
  /** Milliseconds since the epoch. */
  readonly recordedFrom: number;
  /** For those who keep sessions: what was run, at which load. Nothing is concluded from it. */
  readonly notes: Readonly<Record<string, string>>;
}

/** What arrived at once. `at`: when, milliseconds since the epoch; the observations bear the times of what they observed. */
export interface Batch {
  readonly at: number;
  readonly seen: readonly Entry[];
}

/** The last line: how many batches came before it. */
export interface End {
  readonly end: number;
}

export type Entry = Exclude<Observation, { type: "sample" | "snapshot" }> | Samples | SnapshotDifference;

export interface Samples {
  readonly type: "samples";
  readonly at: number;
  readonly incarnation: string;
  /** By measure. */
  readonly values: Readonly<Record<string, number>>;
}

/** Classes are numbered through the session in the order in which they are first named. */
export interface SnapshotDifference extends Pick<SnapshotTaken, "at" | "incarnation" | "kind"> {
  readonly type: "snapshot-difference";
  /** Names that get the next numbers. */
  readonly named: readonly string[];
  /** Those whose numbers changed, ascending: the first number, then each one's distance to the one before. */
  readonly classes: readonly number[];
  /** Instances more than before. */
  readonly instances: readonly number[];
  /** Bytes more than the instances take at the size that an instance had before. Nearly always 0 for what is not an array. */
  readonly bytes: readonly number[];
  /** Those that are not listed any more, coded like `classes`. */
  readonly gone: readonly number[];
}
