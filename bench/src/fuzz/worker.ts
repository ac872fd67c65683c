/** Throws damaged files at a parser and counts what comes out. Started by `fuzz.ts`, which hears from it that it goes on. */
import { isHeaptideError } from "@heaptide/base";
import { damaged, randomOf } from "./mutate.ts";
import { TARGETS, type TargetName } from "./target.ts";

export interface FuzzJob {
  readonly target: TargetName;
  readonly from: number;
  readonly to: number;
}

/** How many inputs are done, and what the process takes, bytes. */
export interface FuzzProgress {
  readonly done: number;
  readonly resident: number;
}

export interface FuzzCounts {
  readonly outcomes: ReadonlyMap<string, number>;
  /** Exceptions that no parser may throw, by the input that made them. The first few. */
  readonly bugs: readonly { readonly input: number; readonly error: string }[];
}

const MOST_BUGS = 5;
const TELL_EVERY = 1000;
const job = JSON.parse(process.argv[2]!) as FuzzJob;
const { target } = await TARGETS[job.target]();
let done = 0;
const outcomes = new Map<string, number>();
const bugs: { input: number; error: string }[] = [];

/** How many are under way at a time: analyses wait for timers, so that a page stays alive beside them. */
const LANES = 4;
let next = job.from;

async function runLane(): Promise<void> {
  while (next < job.to) {
    const input = next++;
    const random = randomOf(input);
    const outcome = await target.parse(damaged(target.seeds[random(target.seeds.length)]!, random), input).catch((error: unknown) => {
      if (isHeaptideError(error)) return error.code;
      if (bugs.length < MOST_BUGS) bugs.push({ input, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return "a bug";
    });
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    done++;
  }
}

const tell = (): void => void process.send!({ done, resident: process.memoryUsage.rss() } satisfies FuzzProgress);
const timer = setInterval(tell, TELL_EVERY);
await Promise.all(Array.from({ length: LANES }, runLane));
clearInterval(timer);
tell();
process.send!({ outcomes, bugs } satisfies FuzzCounts);
process.disconnect();
