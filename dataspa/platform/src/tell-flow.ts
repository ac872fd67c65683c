import { setTimeout as pause } from "node:timers/promises";
import type { Flow, FlowSource } from "@dataspa/app";
import type { FlowNight, Gap } from "@dataspa/serving";
import { PROCESSING } from "./jobs.ts";

export interface FlowListener {
  /** Gaps go to `/api/gaps`, nights to `/api/flow/days` below it. */
  readonly url: string;
  /** Bearer token. */
  readonly token?: string | undefined;
}

const EVERY = 5_000;
const MOST_AT_ONCE = 500;
const LONGEST_TITLE = 500;

/**
 * Tells who listens what came of each night, and of gaps as they begin and end. A gap and a night have ids, so that they may be told twice: what could not be delivered, or was
 * told before this process began, is told with the next look. Ends with the signal.
 */
export async function tellFlow(to: FlowListener, flow: FlowSource, signal: AbortSignal): Promise<void> {
  const teller = new FlowTeller(to, signal);
  while (!signal.aborted) {
    // Whoever listens may be down; what is to be told stays where it is.
    await flow()
      .then((seen) => teller.tell(seen))
      .catch(() => {});
    await pause(EVERY, undefined, { signal }).catch(() => {});
  }
}

export class FlowTeller {
  readonly #to: FlowListener;
  readonly #signal: AbortSignal;
  /** By what it is about: the words that were delivered last. */
  readonly #told = new Map<string, string>();

  constructor(to: FlowListener, signal: AbortSignal) {
    this.#to = to;
    this.#signal = signal;
  }

  /** Delivers what is new since the last time. @throws where it could not be delivered; what was, is not told again */
  async tell({ nights, expected, gaps }: Flow): Promise<void> {
    for (const gap of gaps) {
      const said = postedGap(gap);
      if (!this.#isNew(said.id, said)) continue;
      await this.#post("/api/gaps", said);
      this.#told.set(said.id, JSON.stringify(said));
    }
    const days = nights.map((night) => postedDay(night, expected.get(night) ?? null, gaps));
    const fresh = days.filter((day) => this.#isNew(`${day.day} ${day.source}`, day));
    for (let at = 0; at < fresh.length; at += MOST_AT_ONCE) {
      const part = fresh.slice(at, at + MOST_AT_ONCE);
      await this.#post("/api/flow/days", part);
      for (const day of part) this.#told.set(`${day.day} ${day.source}`, JSON.stringify(day));
    }
  }

  #isNew(key: string, said: object): boolean {
    return this.#told.get(key) !== JSON.stringify(said);
  }

  async #post(path: string, body: object): Promise<void> {
    const { url, token } = this.#to;
    const answer = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(5_000)]),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }
}

const iso = (at: number) => new Date(at).toISOString();

/** What was captured and not processed is a job's doing; why a source gave nothing lies outside. */
function postedGap({ id, from, to, title, reason, kind }: Gap) {
  const isOurs = kind === "not-processed";
  return {
    id: `dataspa:${id}`,
    from: iso(from),
    to: to === null ? null : iso(Math.max(from, to)),
    job: isOurs ? PROCESSING : null,
    title: `${title}: ${reason}`.slice(0, LONGEST_TITLE),
    elsewhere: !isOurs,
  };
}

function postedDay(night: FlowNight, expected: number | null, gaps: readonly Gap[]) {
  const { source, night: day, listed, captured, processed, duplicates, rejected, incomplete, found, delay, endToEnd } = night;
  const gap = gaps.find((one) => one.nights.includes(day) && (one.source === null || one.source === source));
  return {
    ...{ source, day, listed, captured, processed, duplicates, rejected },
    enriched: incomplete === 0 ? null : Math.min(1, found / incomplete),
    lateness: atLeastZero(delay),
    delay: atLeastZero(endToEnd),
    expected,
    gap: gap === undefined ? null : `dataspa:${gap.id}`,
  };
}

/** Clocks of two machines may disagree by a little. */
const atLeastZero = (time: number | null) => (time === null ? null : Math.max(0, time));
