/** Samples come with allocation: before this, a dump holds next to none of what a new deployment leaks. */
const FIRST_AFTER = 40_000;
/** Where jobs are deployed again and again, each puts the dump off no further than this: what they leave behind would never have a holder. */
const LONGEST_PUT_OFF = 60_000;
const WHILE_GROWING = 30_000;
/** Also of a process in which nothing seems to grow, so that a slow leak has a line when it is noticed. */
const AT_LEAST_EVERY = 300_000;

/** When a recording is worth a dump. Times are milliseconds since the epoch. */
export class DumpSchedule {
  #notBefore = 0;
  /** When the first deployment asked for a dump that was not made since. */
  #askedAt: number | null = null;
  #lastDump: number | null = null;

  noteStart(at: number): void {
    this.#notBefore = Math.max(this.#notBefore, at + FIRST_AFTER);
  }

  noteDeployment(at: number): void {
    this.#askedAt ??= at;
    this.#notBefore = Math.max(this.#notBefore, Math.min(at + FIRST_AFTER, this.#askedAt + LONGEST_PUT_OFF));
    this.#lastDump = null;
  }

  noteDump(at: number): void {
    this.#lastDump = at;
    this.#askedAt = null;
  }

  isDue(now: number, growing: boolean): boolean {
    if (now < this.#notBefore) return false;
    if (this.#lastDump === null) return true;
    return now - this.#lastDump >= (growing ? WHILE_GROWING : AT_LEAST_EVERY);
  }
}
