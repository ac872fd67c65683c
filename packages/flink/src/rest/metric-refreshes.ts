/**
 * When Flink last read its metrics, worked out from our own requests.
 *
 * The JobManager fetches all metrics from the TaskManagers only when somebody asks for some, and only if its last fetch is longer ago than
 * `metrics.fetcher.update-interval`; whoever made it fetch still gets the old values (source: MetricFetcherImpl.update). So the first
 * request after the interval tells the time at which the values were read that later requests answer. Requests of others, the web UI for one, are not
 * seen; `correct` is told when values changed that this knows no reason for.
 */
export class MetricRefreshes {
  readonly #interval: number;
  #last = Number.NEGATIVE_INFINITY;
  #confirmed = false;

  /** @param interval Flink's `metrics.fetcher.update-interval`, milliseconds. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  get interval(): number {
    return this.#interval;
  }

  /** Time of the last fetch, milliseconds since the epoch; before the first request minus infinity. */
  get last(): number {
    return this.#last;
  }

  /** Whether `last` was ever seen to be right: before, a fetch that somebody else set off may have been later or earlier. */
  get confirmed(): boolean {
    return this.#confirmed;
  }

  /** A request is made that lets Flink fetch. */
  requested(at: number): void {
    if (at - this.#last > this.#interval) this.#last = at;
  }

  /** Values changed after `last` had been accounted for: somebody else made Flink fetch, at the latest now. */
  correct(at: number): void {
    this.#last = at;
    this.#confirmed = true;
  }

  /** Values changed, as expected after `last`. */
  confirm(): void {
    this.#confirmed = true;
  }
}
