import type { ArenaViews } from "../arena-views.ts";
import type { Kernel } from "../kernel/load.ts";
import * as STATE from "../kernel/state.ts";
import type { DumpSource } from "../source.ts";

/** The four walks over a dump: see kernel/scan.ts. */
export type PassKind = "histogram" | "locate" | "link" | "connect";

/** What one worker is asked for. Addresses are of the arena, which all workers share. */
export interface PassRequest {
  readonly kind: PassKind;
  /** Its block of state, its buffer (HEADROOM bytes lie before it), and the word that counts the batches taken by all. */
  readonly state: number;
  readonly buffer: number;
  readonly counter: number;
  /** Batches as triples: offset in the file, length, bytes of sub-records at its beginning (0: it begins with a record's head). */
  readonly batches: Float64Array;
}

export interface PassResult {
  /** Entries of the list, five numbers each: tag, word, and three more. */
  readonly entries: Float64Array;
  /** Stretches that could not be read, as pairs of offset and length. */
  readonly damaged: readonly number[];
}

/** A read at a time. Larger ones gain nothing where reads are synchronous, and each worker needs one. */
export const CHUNK = 1 << 20;
/** What of a record was left of the chunk before; a record that needs more in one piece is taken for damaged. */
export const HEADROOM = 1 << 20;
/** Records at least this long are jumped over, not read. */
const JUMP = 1 << 18;
/** Bytes between two looks at signals and timers. */
const BREATH = 64 << 20;

/** An address that does not fit the directory or the alignment: the pass has to be begun again with others. */
export class Misfit extends Error {
  readonly problem: number;
  /** High and low word of the address. */
  readonly high: number;
  readonly low: number;

  constructor(problem: number, high: number, low: number) {
    super(`address ${high.toString(16)}:${low.toString(16)} does not fit`);
    this.problem = problem;
    this.high = high;
    this.low = low;
  }
}

/** Takes batches until none is left. @throws Misfit; the signal's reason */
export async function runPass(
  kernel: Kernel,
  arena: ArenaViews,
  source: Pick<DumpSource, "readInto">,
  request: PassRequest,
  signal?: AbortSignal,
): Promise<PassResult> {
  const pass = new Pass(kernel, arena, source, request);
  const counter = arena.words(request.counter, 1);
  const count = request.batches.length / 3;
  let breath = 0;
  for (;;) {
    const batch = Atomics.add(counter, 0, 1);
    if (batch >= count) break;
    await pass.batch(batch);
    breath += request.batches[batch * 3 + 1]!;
    if (signal && breath > BREATH) {
      breath = 0;
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal.throwIfAborted();
    }
  }
  return pass.result();
}

class Pass {
  readonly #arena: ArenaViews;
  readonly #source: Pick<DumpSource, "readInto">;
  readonly #request: PassRequest;
  readonly #scan: (state: number, buffer: number, length: number) => number;
  readonly #finish: (state: number) => void;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;
  readonly #damaged: number[] = [];
  #entries = new Float64Array(1024);
  #entryCount = 0;

  constructor(kernel: Kernel, arena: ArenaViews, source: Pick<DumpSource, "readInto">, request: PassRequest) {
    this.#arena = arena;
    this.#source = source;
    this.#request = request;
    this.#scan = { histogram: kernel.scanHistogram, locate: kernel.scanLocate, link: kernel.scanLink, connect: kernel.scanConnect }[
      request.kind
    ];
    this.#finish = request.kind === "locate" ? kernel.finishLocate : () => {};
    this.#words = arena.words(request.state, STATE.STATE_SIZE / 4);
    this.#doubles = arena.doubles(request.state, STATE.STATE_SIZE / 8);
  }

  result(): PassResult {
    return { entries: this.#entries.slice(0, this.#entryCount), damaged: this.#damaged };
  }

  async batch(index: number): Promise<void> {
    const { batches, buffer, state } = this.#request;
    let offset = batches[index * 3]!;
    const end = offset + batches[index * 3 + 1]!;
    this.#begin(batches[index * 3 + 2]!);
    let tail = 0;
    while (offset < end) {
      const target = this.#arena.bytes(buffer, Math.min(CHUNK, end - offset));
      const reading = this.#source.readInto(target, offset, end);
      const read = typeof reading === "number" ? reading : await reading;
      if (read === 0) break;
      const left = this.#chunk(offset - tail, buffer - tail, tail + read);
      offset += read;
      const jump = this.#double(STATE.SKIP);
      if (left === 0 && jump > JUMP) {
        this.#set(STATE.LEFT, Math.max(0, this.#double(STATE.LEFT) - jump));
        this.#set(STATE.SKIP, 0);
        offset += jump;
      }
      this.#arena.bytes(0, this.#arena.buffer.byteLength).copyWithin(buffer - left, buffer + read - left, buffer + read);
      tail = left;
    }
    if (tail > 0) this.#damaged.push(end - tail, tail);
    this.#finish(state);
    this.#drain();
  }

  #begin(left: number): void {
    this.#set(STATE.SKIP, 0);
    this.#set(STATE.LEFT, left);
    this.#set(STATE.BLOCK_OFFSET, -1);
    this.#set(STATE.BLOCK_LOW, 2 ** 64);
    this.#set(STATE.BLOCK_HIGH, 0);
    this.#words[STATE.ARRAY_LEFT / 4] = 0;
  }

  /** @returns how many bytes at the end belong to a record that goes on in the next chunk */
  #chunk(offset: number, at: number, length: number): number {
    let taken = 0;
    for (;;) {
      this.#set(STATE.OFFSET, offset + taken);
      taken += this.#scan(this.#request.state, at + taken, length - taken);
      const problem = this.#words[STATE.PROBLEM / 4]!;
      if (problem === STATE.FINE) {
        if (length - taken <= HEADROOM) return length - taken;
        this.#giveUp(offset + taken);
      } else if (problem === STATE.LIST_FULL) this.#drain();
      else if (problem === STATE.OVERRUN || problem === STATE.UNKNOWN_TAG) this.#giveUp(offset + taken);
      else throw this.#misfit(problem, at + taken);
    }
  }

  /** What is left of a segment where the next record cannot be found: it is said to be damaged, and the next segment goes on. */
  #giveUp(offset: number): void {
    const left = this.#double(STATE.LEFT);
    this.#damaged.push(offset, left);
    this.#set(STATE.SKIP, left);
    this.#set(STATE.LEFT, 0);
    this.#words[STATE.ARRAY_LEFT / 4] = 0;
  }

  #misfit(problem: number, at: number): Misfit {
    const wide = this.#words[STATE.ID_SIZE / 4] === 8;
    const view = new DataView(this.#arena.buffer, at + 1, 8);
    return new Misfit(problem, wide ? view.getUint32(0) : 0, view.getUint32(wide ? 4 : 0));
  }

  #drain(): void {
    const count = this.#words[STATE.LIST_COUNT / 4]!;
    if (count === 0) return;
    const at = this.#words[STATE.LIST / 4]!;
    const words = this.#arena.words(at, count * 8);
    const doubles = this.#arena.doubles(at, count * 4);
    this.#grow(count * 5);
    for (let i = 0; i < count; i++) {
      this.#entries[this.#entryCount++] = words[i * 8]!;
      this.#entries[this.#entryCount++] = words[i * 8 + 1]!;
      for (let k = 1; k < 4; k++) this.#entries[this.#entryCount++] = doubles[i * 4 + k]!;
    }
    this.#words[STATE.LIST_COUNT / 4] = 0;
  }

  #grow(more: number): void {
    if (this.#entryCount + more <= this.#entries.length) return;
    const larger = new Float64Array(Math.max(this.#entries.length * 2, this.#entryCount + more));
    larger.set(this.#entries.subarray(0, this.#entryCount));
    this.#entries = larger;
  }

  #double(what: number): number {
    return this.#doubles[what / 8]!;
  }

  #set(what: number, value: number): void {
    this.#doubles[what / 8] = value;
  }
}
