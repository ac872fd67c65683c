/** What a pause between two rises of a count may be longer by than the flow's own: Flink reads its metrics every 10 s, and we ask every 5 s. */
const RESOLUTION = 15_000;
/** No pause is abnormal below this, milliseconds: restarts of a connection, long collections and checkpoints come and go. */
const SHORTEST_SILENCE = 45_000;
/** A silence is abnormal from this many times the longest pause that is usual. */
const TIMES_USUAL = 5;
/** A flow is steady that kept rising for so long and so often. */
const STEADY_TIME = 120_000;
const STEADY_RISES = 12;
/** The usual pause is the third longest: a process that is about to die pauses longer and longer, and must not pass that off as usual. */
const LONGEST_KEPT = 3;

/**
 * The flow of elements through one operator, as its count tells: when it last rose, and which pauses between rises it is used to.
 * Times in milliseconds since the epoch, ascending. Constant memory.
 *
 * A pause that was abnormally long and ended by itself is remembered in full: what has bursts, once a night say, is silent in between without
 * anything being wrong, and its steadiness begins anew after each of them.
 */
export class Flow {
  #value: number | null = null;
  #lastRise = 0;
  #since = 0;
  #rises = 0;
  #elements = 0;
  /** The longest usual pauses, descending. */
  readonly #pauses: number[] = [];
  #longestSilence = 0;
  #isInterrupted = false;

  /** @returns whether the count rose. One that falls began anew with a restart of the job, which is no rise and ends no silence. */
  see(at: number, value: number): boolean {
    if (this.#value === null) {
      this.#begin(at, value);
      return false;
    }
    if (value <= this.#value) {
      this.#value = value;
      return false;
    }
    const pause = at - this.#lastRise;
    const isOwn = !this.#isInterrupted;
    this.#isInterrupted = false;
    if (pause > this.patience) {
      if (isOwn) this.#longestSilence = Math.max(this.#longestSilence, pause);
      this.#begin(at, value);
      return true;
    }
    this.#pauses.push(pause);
    this.#pauses.sort((a, b) => b - a).splice(LONGEST_KEPT);
    this.#rises++;
    this.#elements += value - this.#value;
    this.#value = value;
    this.#lastRise = at;
    return true;
  }

  /** The job does not run: what follows is no pause of the flow's own, to be remembered as usual. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** When the count rose last, as far as anybody saw. */
  get lastRise(): number {
    return this.#lastRise;
  }

  /** For how long it kept rising, up to the last rise. */
  get duration(): number {
    return this.#lastRise - this.#since;
  }

  get perSecond(): number {
    return this.duration > 0 ? (this.#elements * 1000) / this.duration : 0;
  }

  get isSteady(): boolean {
    return this.#rises >= STEADY_RISES && this.duration >= STEADY_TIME;
  }

  /** A silence beyond this is abnormal. */
  get patience(): number {
    const usual = Math.max(this.#pauses[LONGEST_KEPT - 1] ?? this.#pauses[0] ?? 0, this.#longestSilence);
    return Math.max(SHORTEST_SILENCE, RESOLUTION + TIMES_USUAL * (usual - RESOLUTION));
  }

  #begin(at: number, value: number): void {
    this.#value = value;
    this.#lastRise = at;
    this.#since = at;
    this.#rises = 0;
    this.#elements = 0;
  }
}
