import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Observation, Sample } from "@heaptide/model";
import { compress } from "snappyjs";
import type { Clock } from "../collect/clock.ts";
import { Spool } from "../spool.ts";
import { metricOf } from "./names.ts";

export interface RemoteWriteOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where requests wait until they are taken. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly processOf: (incarnation: string) => string | null;
}

const BATCH_EVERY = 5_000;
const MOST_SAMPLES = 50_000;
const MOST_BYTES = 256 << 20;
const TIMEOUT = 30_000;
const LONGEST_RETRY = 60_000;

/**
 * Sends every sample on to a store of Prometheus's kind (remote write 1.0: snappy-compressed protobuf; prometheus.io/docs/specs/prw/remote_write_spec).
 *
 * Each request lies in a spool before it is sent, until the receiver has taken it: requests survive restarts and outages, in order.
 * What came in the last five seconds before a kill is in Heaptide's own store alone.
 */
export class RemoteWrite {
  readonly #options: RemoteWriteOptions;
  #waiting: Sample[] = [];
  readonly #spool: Spool;
  #dropped = 0;
  #problem: string | null = null;

  constructor(options: RemoteWriteOptions) {
    this.#options = options;
    this.#spool = new Spool(options.folder, MOST_BYTES);
  }

  /** Requests that wait, what was lost, and why the last one was not taken. */
  get status(): { readonly waiting: number; readonly dropped: number; readonly problem: string | null } {
    return { waiting: this.#spool.waiting, dropped: this.#dropped + this.#spool.dropped, problem: this.#problem };
  }

  append(observations: Iterable<Observation>): void {
    for (const observation of observations) {
      if (observation.type !== "sample") continue;
      if (this.#waiting.length >= MOST_SAMPLES * 4) this.#dropped++;
      else this.#waiting.push(observation);
    }
  }

  /** Writes and sends until the signal is aborted; what waits then stays in the folder. */
  async run(): Promise<void> {
    const { clock, signal } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      await this.#writeDown();
      failures = (await this.#sendAll()) ? 0 : failures + 1;
      await clock.sleep(failures === 0 ? BATCH_EVERY : Math.min(LONGEST_RETRY, 1000 * 2 ** Math.min(failures, 6)), signal);
    }
    await this.#writeDown();
  }

  async #writeDown(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MOST_SAMPLES);
      try {
        await this.#spool.add(compress(encodeSamples(batch, this.#options.processOf)));
      } catch (error) {
        // Disk full: they wait in memory, up to the bound.
        this.#problem = (error as Error).message;
        return;
      }
      this.#waiting = this.#waiting.slice(batch.length);
    }
  }

  async #sendAll(): Promise<boolean> {
    for (let body = await this.#spool.peek(); body !== null; body = await this.#spool.peek()) {
      if (this.#options.signal.aborted) return true;
      const outcome = await this.#send(body);
      if (outcome === "later") return false;
      // A request that the receiver calls wrong is wrong for ever: it must not hold up the others.
      if (outcome === "never") this.#dropped++;
      await this.#spool.done();
    }
    return true;
  }

  async #send(body: Buffer): Promise<"taken" | "later" | "never"> {
    const { url, headers, signal } = this.#options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/x-protobuf",
          "content-encoding": "snappy",
          "x-prometheus-remote-write-version": "0.1.0",
          "user-agent": "heaptide",
          ...headers,
        },
        body: new Uint8Array(body),
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      });
      await response.arrayBuffer();
      this.#problem = response.ok ? null : `status ${response.status}`;
      if (response.ok) return "taken";
      return response.status >= 500 || response.status === 429 || response.status === 401 || response.status === 403 ? "later" : "never";
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      this.#problem = cause?.code ?? name;
      return "later";
    }
  }
}

/** WriteRequest { timeseries = 1 { labels = 1 { name = 1, value = 2 }, samples = 2 { value = 1, timestamp = 2 } } }; labels sorted by name, samples by time. */
function encodeSamples(samples: readonly Sample[], processOf: (incarnation: string) => string | null): Uint8Array {
  const request = new BinaryWriter();
  for (const [, of] of Map.groupBy(samples, ({ incarnation, measure }) => `${incarnation} ${measure}`)) {
    const { incarnation, measure } = of[0]!;
    const labels = { __name__: metricOf(measure), incarnation, process: processOf(incarnation) ?? incarnation };
    const series = request.tag(1, 2).fork();
    for (const [name, value] of Object.entries(labels)) series.tag(1, 2).fork().tag(1, 2).string(name).tag(2, 2).string(value).join();
    for (const { at, value } of of.toSorted((a, b) => a.at - b.at)) {
      series.tag(2, 2).fork().tag(1, 1).double(value).tag(2, 0).int64(Math.round(at)).join();
    }
    series.join();
  }
  return request.finish();
}
