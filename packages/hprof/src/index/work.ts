import { HeaptideError } from "@heaptide/base";
import type { Arena } from "../arena.ts";
import type { Kernel } from "../kernel/load.ts";
import * as STATE from "../kernel/state.ts";
import type { DumpRecords } from "../records/records.ts";
import type { DumpSource } from "../source.ts";
import { Column, type Shelf } from "./column.ts";
import type { Crew } from "./crew.ts";
import { CHUNK, HEADROOM, type PassKind, type PassResult } from "./pass.ts";

/** What the stages of an analysis have in common, and what tells how far it is. */
export interface Progress {
  readonly stage: string;
  /** Of this stage, 0 to 1. */
  readonly done: number;
}

const BATCH = 16 << 20;
const LIST_ENTRIES = 16 * 1024;
const LEAST_ENTRIES = 256;

/** The dump, the memory, those who walk over it, and a block of state for each of them. */
export class Work {
  readonly source: DumpSource;
  readonly records: DumpRecords;
  readonly arena: Arena;
  readonly kernel: Kernel;
  readonly crew: Crew;
  /** Where columns go that are not needed for a while; null where there is memory enough. */
  readonly shelf: Shelf | null;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** One block of state for each worker; the first one also serves the functions that this thread calls. */
  readonly states: readonly number[];
  readonly #buffers: readonly number[];
  readonly #lists: readonly number[];
  readonly #counter: number;
  readonly #batches: Float64Array;

  constructor(parts: {
    readonly source: DumpSource;
    readonly records: DumpRecords;
    readonly arena: Arena;
    readonly kernel: Kernel;
    readonly crew: Crew;
    readonly shelf?: Shelf | null;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: Progress) => void) | undefined;
  }) {
    const { arena, crew } = parts;
    this.source = parts.source;
    this.records = parts.records;
    this.arena = arena;
    this.kernel = parts.kernel;
    this.crew = crew;
    this.shelf = parts.shelf ?? null;
    this.signal = parts.signal;
    this.onProgress = parts.onProgress ?? (() => {});
    const each = <T>(make: () => T): T[] => Array.from({ length: crew.size }, make);
    this.#counter = arena.allocate(64);
    this.states = each(() => arena.allocate(STATE.STATE_SIZE));
    // A small dump needs small ones.
    const { size } = this.source;
    const headroom = Math.min(HEADROOM, size);
    this.#buffers = each(() => arena.allocate(headroom + Math.min(CHUNK, size), { zeroed: false }) + headroom);
    const entries = Math.min(LIST_ENTRIES, LEAST_ENTRIES + size);
    this.#lists = each(() => arena.allocate(entries * STATE.ENTRY_SIZE, { zeroed: false }));
    this.#batches = batchesOf(this.records, this.source);
    this.states.forEach((_, i) => {
      this.tellOne(i, STATE.ID_SIZE, this.records.idSize);
      this.tellOne(i, STATE.LIST, this.#lists[i]!);
      this.tellOne(i, STATE.LIST_LIMIT, entries);
      this.tellOne(i, STATE.SHARED, crew.size > 1 ? 1 : 0);
    });
  }

  /** What lies in the arena as an array that can be put on the shelf. */
  column(at: number, length: number): Column {
    return Column.at(this.arena, at, length, this.shelf);
  }

  /** Sets a word in the state of every worker. */
  tell(what: number, value: number): void {
    this.states.forEach((_, i) => this.tellOne(i, what, value));
  }

  tellOne(worker: number, what: number, value: number): void {
    this.arena.words(this.states[worker]!, STATE.STATE_SIZE / 4)[what / 4] = value;
  }

  /** A word of the state, summed over the workers. */
  told(what: number): number {
    return this.states.reduce((sum, state) => sum + this.arena.words(state, STATE.STATE_SIZE / 4)[what / 4]!, 0);
  }

  /** The same for what is counted as a double. */
  counted(what: number): number {
    return this.states.reduce((sum, state) => sum + this.arena.doubles(state, STATE.STATE_SIZE / 8)[what / 8]!, 0);
  }

  /** Walks over the whole dump. @throws Misfit, the signal's reason */
  async pass(kind: PassKind, stage: string): Promise<readonly PassResult[]> {
    const counter = this.arena.words(this.#counter, 1);
    counter[0] = 0;
    const requests = this.states.map((state, i) => ({
      kind,
      state,
      buffer: this.#buffers[i]!,
      counter: this.#counter,
      batches: this.#batches,
    }));
    const total = this.#batches.length / 3;
    const report = (): void => this.onProgress({ stage, done: Math.min(1, Atomics.load(counter, 0) / total) });
    const timer = setInterval(report, 100);
    try {
      return await this.crew.run(requests, this.signal);
    } finally {
      clearInterval(timer);
      report();
    }
  }

  /** Between two stages of this thread: lets signals and the screen have their turn. */
  async breathe(stage: string): Promise<void> {
    this.onProgress({ stage, done: 0 });
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.signal?.throwIfAborted();
  }
}

/** Stretches of neighbouring segments of 16 MiB or more. A segment that the file does not hold as a whole is a batch without its head. */
function batchesOf({ segments }: DumpRecords, source: DumpSource): Float64Array {
  const RECORD_HEAD = 9;
  const batches: number[] = [];
  let start = -1;
  let end = -1;
  const close = (): void => {
    if (start >= 0) batches.push(start, end - start, 0);
    start = -1;
  };
  segments.forEach(({ offset, length }, i) => {
    const isCut = offset + length >= source.size || (segments[i + 1]?.offset ?? Infinity) < offset + length;
    if (isCut) {
      close();
      batches.push(offset, length, length);
      return;
    }
    if (offset - RECORD_HEAD !== end || (start >= 0 && end - start >= BATCH)) close();
    if (start < 0) start = offset - RECORD_HEAD;
    end = offset + length;
  });
  close();
  // Large ones first would balance better, but neighbours in the file are neighbours in the page cache.
  return Float64Array.from(batches);
}

/** @throws HEAP_DUMP_EMPTY where the file has no heap in it */
export function requireHeap(source: DumpSource, records: DumpRecords): void {
  if (records.segments.length === 0) throw new HeaptideError("HEAP_DUMP_EMPTY", { name: source.name, size: source.size });
}
