import type { Segment } from "../records/records.ts";

/**
 * From the address of an object to where its record may be in the file: the file in stretches of about 64 KiB, each with its lowest and highest
 * address. JVMs write objects in the order of addresses, region by region, so that few stretches are asked.
 */
export class FileMap {
  /** Ascending; the stretch ends before the next one or with its segment. */
  readonly offsets: Float64Array;
  readonly ends: Float64Array;
  readonly lows: Float64Array;
  readonly highs: Float64Array;

  constructor(parts: Pick<FileMap, "offsets" | "ends" | "lows" | "highs">) {
    this.offsets = parts.offsets;
    this.ends = parts.ends;
    this.lows = parts.lows;
    this.highs = parts.highs;
  }

  /** @param blocks triples: offset of the first object's record, lowest and highest address */
  static of(blocks: readonly number[], segments: readonly Segment[]): FileMap {
    const count = blocks.length / 3;
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => blocks[a * 3]! - blocks[b * 3]!);
    const offsets = Float64Array.from(order, (i) => blocks[i * 3]!);
    const ends = new Float64Array(count);
    let segment = 0;
    for (let i = 0; i < count; i++) {
      while (segment + 1 < segments.length && segments[segment + 1]!.offset <= offsets[i]!) segment++;
      const { offset, length } = segments[segment]!;
      ends[i] = Math.min(offsets[i + 1] ?? Infinity, offset + length);
    }
    const lows = Float64Array.from(order, (i) => blocks[i * 3 + 1]!);
    return new FileMap({ offsets, ends, lows, highs: Float64Array.from(order, (i) => blocks[i * 3 + 2]!) });
  }

  /** The stretches that may hold an address. */
  *candidates(address: number): Generator<{ readonly offset: number; readonly end: number }> {
    for (let i = 0; i < this.offsets.length; i++) {
      if (this.lows[i]! <= address && address <= this.highs[i]!) yield { offset: this.offsets[i]!, end: this.ends[i]! };
    }
  }
}
