import { HeaptideError } from "@heaptide/base";

/** What an analysis takes for a byte of a dump, in the arena and beside it: an estimate, on the safe side; more for tiny objects. */
const NEEDED_FOR_A_BYTE = 0.4;
const NEEDED_BESIDE = 96 << 20;
/** Of the machine's memory: a browser has more to do. */
const USABLE = 0.6;
/** WebAssembly's memory ends here, and so does the largest array. */
const LARGEST = 4 * 2 ** 30;

/** Whether a dump will fit, before anybody waits for it. Bytes. */
export interface MemoryForecast {
  readonly needed: number;
  /** What this browser may use; where it does not say how much memory the machine has, what WebAssembly can address. */
  readonly usable: number;
  readonly fits: boolean;
}

/** @param machine bytes; default: what the browser says, which is 8 GiB at the most */
export function forecastMemory(dumpSize: number, machine = machineMemory()): MemoryForecast {
  const needed = Math.ceil(dumpSize * NEEDED_FOR_A_BYTE) + NEEDED_BESIDE;
  const usable = Math.min(LARGEST, machine === null ? LARGEST : machine * USABLE);
  return { needed, usable, fits: needed <= usable };
}

/** @throws HEAP_DUMP_TOO_LARGE */
export function requireMemory({ needed, usable, fits }: MemoryForecast): void {
  if (!fits) throw new HeaptideError("HEAP_DUMP_TOO_LARGE", { needed, limit: usable });
}

/** Whether the dump's bytes may stay in memory as well: then they are fetched once, not for each pass, and half of what is usable is still left. */
export function mayHold(dumpSize: number, beside: number, machine = machineMemory()): boolean {
  const { needed, usable } = forecastMemory(dumpSize + beside, machine);
  return needed + dumpSize + beside <= usable / 2;
}

function machineMemory(): number | null {
  const { deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number };
  return deviceMemory === undefined ? null : deviceMemory * 2 ** 30;
}
