import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** Auxiliary vector entry that holds the kernel's clock ticks per second. Source: linux/auxvec.h. */
const AT_CLKTCK = 17;
/** What every Linux platform that Node runs on has used for decades. */
const USUAL_TICKS = 100;

let ticks: number | undefined;
let booted: Promise<number> | undefined;

/** Clock ticks per second (USER_HZ), the unit of times in `/proc/PID/stat`. Node has no sysconf(): the kernel hands it to each process at start. */
export function clockTicksPerSecond(): number {
  return (ticks ??= readTicks());
}

/**
 * When the machine booted, milliseconds since the epoch, precise to a second.
 * Read once: it moves when the wall clock is set, and one process must keep one start time for as long as we watch it.
 */
export function bootTime(): Promise<number> {
  return (booted ??= readBootTime());
}

function readTicks(): number {
  try {
    const vector = readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === BigInt(AT_CLKTCK)) return Number(vector.readBigUInt64LE(at + 8));
    }
  } catch {
    // Some sandboxes hide it.
  }
  return USUAL_TICKS;
}

async function readBootTime(): Promise<number> {
  const match = /^btime (\d+)$/m.exec(await readFile("/proc/stat", "latin1"));
  return Number(match?.[1] ?? 0) * 1000;
}
