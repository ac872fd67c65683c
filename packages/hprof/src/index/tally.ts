import * as STATE from "../kernel/state.ts";
import { instanceSizes } from "./sizes.ts";
import type { ClassTable } from "./classes.ts";
import type { HeapLayout } from "./layout.ts";
import type { Work } from "./work.ts";

/** Objects and bytes by class index. */
export interface Tally {
  readonly instances: Float64Array;
  readonly bytes: Float64Array;
}

const ROW = 16;

/** Room for what each worker counts by itself; `sum` adds it up and gives the room back. */
export function openTallies(work: Work, table: ClassTable, layout: HeapLayout): { readonly sum: () => Tally } {
  const tallies = work.states.map(() => work.arena.allocate(table.size * ROW));
  work.states.forEach((_, i) => work.tellOne(i, STATE.TALLY, tallies[i]!));
  return {
    sum: () => {
      const sums = sumTallies(work, tallies, instanceSizes(table, layout));
      for (const tally of tallies) work.arena.free(tally);
      return sums;
    },
  };
}

function sumTallies(work: Work, tallies: readonly number[], sizes: Uint32Array): Tally {
  const instances = new Float64Array(sizes.length);
  const bytes = new Float64Array(sizes.length);
  for (const tally of tallies) {
    const words = work.arena.words(tally, sizes.length * 4);
    const units = work.arena.doubles(tally, sizes.length * 2);
    sizes.forEach((size, index) => {
      const [counted, arrays] = [words[index * 4]!, words[index * 4 + STATE.TALLY_ARRAYS / 4]!];
      instances[index]! += counted + arrays;
      bytes[index]! += counted * size + units[index * 2 + STATE.TALLY_UNITS / 8]! * 8;
    });
  }
  return { instances, bytes };
}
