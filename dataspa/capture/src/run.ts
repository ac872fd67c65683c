import type { Found } from "./found.ts";
import { UnexpectedPageError } from "./found.ts";
import { type NormalEvent, normalise } from "./normalise.ts";
import { parsePage } from "./parse/parse.ts";
import { type CaptureReport, Tally } from "./report.ts";
import type { Source } from "./source.ts";
import { PageError, type Validators } from "./web/page.ts";
import type { PoliteWeb } from "./web/polite.ts";

/** Events that one source may list in one night; a feed without an end must end here. */
const MOST_EVENTS = 20_000;

/** What is remembered of a page, to ask for it only if it has changed. */
export interface KnownPage extends Validators {
  readonly next: string | undefined;
  readonly events: number;
}
/** By address. */
export type KnownPages = ReadonlyMap<string, KnownPage>;

/** What one capture found, before anything is published. */
export interface Harvest {
  readonly report: CaptureReport;
  readonly events: readonly NormalEvent[];
  /** To be remembered once the events are safe, not before: a page that was read and not published must be read again. */
  readonly pages: ReadonlyMap<string, KnownPage>;
}

export interface RunOptions {
  readonly run: string;
  readonly night: string;
  /** Milliseconds, by the clock of the capture. */
  readonly now: number;
  readonly known: KnownPages;
  readonly signal: AbortSignal;
}

/** Captures one source: reads its pages one after the other, and turns what they list into events. What fails is in the report, never thrown. */
export async function captureSource(source: Source, web: PoliteWeb, options: RunOptions): Promise<Harvest> {
  const began = performance.now();
  const gathering = new Gathering(source);
  let problem: CaptureReport["problem"] = null;
  try {
    await followPages(source, web, options, gathering);
  } catch (error) {
    options.signal.throwIfAborted();
    problem = problemOf(error);
  }
  const report: CaptureReport = {
    run: options.run,
    source: source.name,
    night: options.night,
    at: new Date(options.now).toISOString(),
    publishedAt: null,
    took: Math.round(performance.now() - began),
    status: problem === null ? "ok" : gathering.pages.size === 0 ? "failed" : "partial",
    ...gathering.counts(),
    problem,
  };
  return { report, events: gathering.events, pages: gathering.pages };
}

function problemOf(error: unknown): CaptureReport["problem"] {
  if (error instanceof PageError) return { code: error.code, message: error.message };
  if (error instanceof UnexpectedPageError) return { code: "unexpected-page", message: error.message };
  throw error;
}

async function followPages(source: Source, web: PoliteWeb, { now, known, signal }: RunOptions, gathering: Gathering): Promise<void> {
  let url: URL | undefined = new URL(source.url);
  while (url !== undefined && gathering.pages.size < source.maxPages) {
    const before = known.get(url.href);
    const page = await web.page(url, source, before ?? {}, signal);
    if (page.unchanged) {
      // Only who sent validators can be told so.
      gathering.unchanged(url, before!);
      url = nextOf(before!.next, url, gathering);
      continue;
    }
    const { found, rejected, next } = parsePage(page.text, source, now);
    gathering.page(url, { ...page.validators, next, events: found.length }, page.bytes);
    if (page.warning !== undefined) gathering.warnings.add(page.warning);
    for (const reason of rejected) gathering.rejected.add(reason);
    for (const one of found) gathering.take(one);
    url = nextOf(next, page.url, gathering);
  }
  if (url !== undefined) gathering.warnings.add(`more than ${source.maxPages} pages`);
}

/** Listings that lead in a circle end where they meet themselves. */
function nextOf(next: string | undefined, from: URL, gathering: Gathering): URL | undefined {
  if (next === undefined || !URL.canParse(next, from)) return undefined;
  const url = new URL(next, from);
  return /^https?:$/.test(url.protocol) && !gathering.pages.has(url.href) ? url : undefined;
}

/** What comes together while the pages are read. */
class Gathering {
  readonly events: NormalEvent[] = [];
  readonly rejected = new Tally();
  readonly warnings = new Tally();
  readonly pages = new Map<string, KnownPage>();
  readonly #source: Source;
  readonly #ids = new Set<string>();
  #unchanged = 0;
  #bytes = 0;
  #listed = 0;
  #found = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  unchanged(url: URL, page: KnownPage): void {
    this.pages.set(url.href, page);
    this.#unchanged++;
    this.#listed += page.events;
  }

  page(url: URL, page: KnownPage, bytes: number): void {
    this.pages.set(url.href, page);
    this.#bytes += bytes;
    this.#listed += page.events;
  }

  take(found: Found): void {
    this.#found++;
    if (this.events.length >= MOST_EVENTS) return this.rejected.add(`more than ${MOST_EVENTS} events`);
    const event = normalise(found, this.#source);
    if ("rejected" in event) return this.rejected.add(event.rejected);
    // A record of its own would be a duplicate too, but one that the job cannot tell from an interrupted capture that is published again.
    if (this.#ids.has(event.id)) return this.rejected.add("listed twice");
    this.#ids.add(event.id);
    this.events.push(event);
  }

  counts() {
    return {
      pages: this.pages.size,
      unchanged: this.#unchanged,
      bytes: this.#bytes,
      listed: this.#listed,
      found: this.#found,
      captured: this.events.length,
      rejected: this.rejected.toRecord(),
      warnings: this.warnings.toRecord(),
    };
  }
}
