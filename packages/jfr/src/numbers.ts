import type { PackedReader } from "./packed-reader.ts";
import { LAYOUT, type Layout } from "./types.ts";
import { narrowed, readNumber } from "./values.ts";

const TWO_28 = 2 ** 28;
const TWO_32 = 2 ** 32;
/** Groups of 7 bits; behind them, the ninth byte of a varint holds 8. */
const MOST_GROUPS = 8;

/**
 * Decodes numbers that follow each other, up to the first slot that holds something else, and leaves the reader there.
 *
 * The hottest loop of this package, since nearly all fields of nearly all events are numbers. It repeats what `PackedReader.varint` does: a time
 * stamp that a function returns becomes an object on the heap, one that goes straight into `into` does not, and that was half of the time.
 * Reads are checked after the fact, as the reader's are.
 *
 * @returns the slot where it stopped: `layouts.length` where all were numbers
 */
export function readNumbers(reader: PackedReader, layouts: Uint8Array, from: number, into: Float64Array): number {
  const { bytes, end } = reader;
  let at = reader.position;
  let slot = from;
  for (; slot < layouts.length && at <= end; slot++) {
    const layout = layouts[slot]!;
    if (layout >= LAYOUT.byte) {
      if (layout >= LAYOUT.string) break;
      reader.position = at;
      into[slot] = readNumber(reader, layout as Layout);
      at = reader.position;
      continue;
    }
    let byte = bytes[at++]!;
    if (byte < 0x80) {
      into[slot] = byte;
      continue;
    }
    let low = byte & 0x7f;
    byte = bytes[at++]!;
    low |= (byte & 0x7f) << 7;
    if (byte < 0x80) {
      into[slot] = low;
      continue;
    }
    let high = 0;
    let groups = 2;
    while (byte >= 0x80 && groups < MOST_GROUPS) {
      byte = bytes[at++]!;
      if (groups < 4) low |= (byte & 0x7f) << (7 * groups);
      else high |= (byte & 0x7f) << (7 * groups - 28);
      groups++;
    }
    let value = high * TWO_28 + low;
    if (byte >= 0x80) value = ((high >>> 4) | (bytes[at++]! << 24)) * TWO_32 + ((low | (high << 28)) >>> 0);
    into[slot] = layout === LAYOUT.long ? value : narrowed(value, layout as Layout);
  }
  reader.position = at;
  reader.check();
  return slot;
}
