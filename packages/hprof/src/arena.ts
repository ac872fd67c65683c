import { HeaptideError } from "@heaptide/base";
import { ArenaViews } from "./arena-views.ts";

const PAGE = 65536;
/** What a 32-bit WebAssembly memory can be. */
export const LARGEST_ARENA = 65536 * PAGE;

/**
 * One memory for all arrays of an analysis, shared by its workers and by the kernel. Nothing is ever moved: arrays are placed and given back by
 * hand, so that what is needed at the same time fits beside each other and what is freed is used again. What was never touched costs nothing.
 */
export class Arena extends ArenaViews {
  readonly #holes: { at: number; size: number }[];
  readonly #sizes = new Map<number, number>();
  #used = 0;
  #peak = 0;

  private constructor(memory: WebAssembly.Memory | null, buffer: ArrayBufferLike) {
    super(memory, buffer);
    // The first page stays free: 0 is no address.
    this.#holes = [{ at: PAGE, size: buffer.byteLength - PAGE }];
  }

  /** @param wasm whether WebAssembly will work on it */
  static create(size: number, wasm: boolean): Arena {
    const pages = Math.min(65536, Math.max(16, Math.ceil(size / PAGE)));
    const memory = wasm ? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }) : null;
    return new Arena(memory, memory?.buffer ?? newBuffer(pages * PAGE));
  }

  /** Bytes in use now and at most so far. */
  get used(): { readonly now: number; readonly peak: number } {
    return { now: this.#used, peak: this.#peak };
  }

  /** The largest piece that can be had. */
  get largest(): number {
    return Math.max(0, ...this.#holes.map(({ size }) => size));
  }

  /** Room for `length` bytes, of zeros unless said otherwise. @throws HEAP_DUMP_TOO_LARGE */
  allocate(length: number, { zeroed = true }: { readonly zeroed?: boolean } = {}): number {
    const size = Math.max(64, Math.ceil((length + 8) / 64) * 64);
    const hole = this.#holes.find((h) => h.size >= size);
    if (!hole) throw new HeaptideError("HEAP_DUMP_TOO_LARGE", { needed: this.#used + size, limit: this.buffer.byteLength });
    const { at } = hole;
    hole.at += size;
    hole.size -= size;
    if (hole.size === 0) this.#holes.splice(this.#holes.indexOf(hole), 1);
    this.#sizes.set(at, size);
    this.#used += size;
    this.#peak = Math.max(this.#peak, this.#used);
    if (zeroed) this.#clear(at, size);
    return at;
  }

  free(at: number): void {
    const size = this.#sizes.get(at);
    if (size === undefined) throw new Error(`Nothing was allocated at ${at}.`);
    this.#sizes.delete(at);
    this.#used -= size;
    this.#giveBack(at, size);
  }

  /** Gives back all but the first `length` bytes of a piece. */
  shrink(at: number, length: number): void {
    const size = this.#sizes.get(at)!;
    const kept = Math.max(64, Math.ceil((length + 8) / 64) * 64);
    if (kept >= size) return;
    this.#sizes.set(at, kept);
    this.#used -= size - kept;
    this.#giveBack(at + kept, size - kept);
  }

  #giveBack(at: number, size: number): void {
    this.#holes.push({ at, size });
    this.#holes.sort((a, b) => a.at - b.at);
    for (let i = 0; i + 1 < this.#holes.length;) {
      const [left, right] = [this.#holes[i]!, this.#holes[i + 1]!];
      if (left.at + left.size === right.at) {
        left.size += right.size;
        this.#holes.splice(i + 1, 1);
      } else i++;
    }
  }

  /** Memory that was never used is zero already: writing it would make it real. */
  #touched = PAGE;
  #clear(at: number, size: number): void {
    const end = Math.min(at + size, this.#touched);
    if (end > at) this.bytes(at, end - at).fill(0);
    this.#touched = Math.max(this.#touched, at + size);
  }
}

function newBuffer(size: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(size) : new SharedArrayBuffer(size);
}
