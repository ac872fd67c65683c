import PQueue from "p-queue";
import robotsParser from "robots-parser";
import { Connections, getPage, type Page, PageError, type Validators, withRetries } from "./page.ts";
import type { Source } from "../source.ts";

export interface Manners {
  /** Names the platform and how to reach its owner. */
  readonly userAgent: string;
  /** Requests to one host at a time, and a second. */
  readonly concurrency: number;
  readonly perSecond: number;
  /** Of one page, the first included. */
  readonly attempts: number;
  /** Doubled with each further attempt, milliseconds. */
  readonly firstPause: number;
  /** Of one page, milliseconds. */
  readonly timeout: number;
}

export const GOOD_MANNERS: Manners = {
  userAgent: "dataspa/0.1 (event calendar; contact in robots.txt of its site)",
  concurrency: 2,
  perSecond: 2,
  attempts: 3,
  firstPause: 1000,
  timeout: 30_000,
};

interface Robots {
  isAllowed(url: string, userAgent: string): boolean | undefined;
}
/** Its types say that the function is a property of the module; it is the module. */
const parseRobots = robotsParser as unknown as (url: string, text: string) => Robots;

/** Of a robots.txt; what is above is not read by others either (RFC 9309, 2.5). */
const ROBOTS_BYTES = 500 * 1024;
const ROBOTS_AGE = 86_400_000;

/** The web as a guest uses it: asks robots.txt first, never too often, comes back later where a server is in trouble. */
export class PoliteWeb implements AsyncDisposable {
  readonly #connections = new Connections();
  readonly #manners: Manners;
  readonly #hosts = new Map<string, { readonly queue: PQueue; robots: Promise<Robots> | undefined; robotsUntil: number }>();

  constructor(manners: Manners = GOOD_MANNERS) {
    this.#manners = manners;
  }

  /** @throws PageError */
  async page(url: URL, source: Source, validators: Validators, signal: AbortSignal): Promise<Page> {
    const robots = await this.#robots(url, source, signal);
    if (robots.isAllowed(url.href, this.#manners.userAgent) === false)
      throw new PageError("robots", `${url.origin}/robots.txt does not allow ${url.pathname}`);
    return this.#get(url, source, source.maxBytes, validators, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }

  #get(url: URL, source: Source, maxBytes: number, validators: Validators, signal: AbortSignal): Promise<Page> {
    const { attempts, firstPause, timeout, userAgent } = this.#manners;
    const wanted = { url, allowPrivate: source.allowPrivateAddresses, maxBytes, timeout, validators, userAgent, signal };
    const once = () => this.#host(url).queue.add(() => getPage(this.#connections, wanted), { signal });
    return withRetries(attempts, firstPause, signal, once);
  }

  #host(url: URL) {
    const known = this.#hosts.get(url.host);
    if (known) return known;
    const { concurrency, perSecond } = this.#manners;
    const paced = Number.isFinite(perSecond) ? { interval: 1000, intervalCap: perSecond } : {};
    const host = { queue: new PQueue({ concurrency, ...paced }), robots: undefined, robotsUntil: 0 };
    this.#hosts.set(url.host, host);
    return host as { queue: PQueue; robots: Promise<Robots> | undefined; robotsUntil: number };
  }

  async #robots(url: URL, source: Source, signal: AbortSignal): Promise<Robots> {
    const host = this.#host(url);
    if (host.robots && Date.now() < host.robotsUntil) return host.robots;
    host.robotsUntil = Date.now() + ROBOTS_AGE;
    const robots = this.#fetchRobots(new URL("/robots.txt", url), source, signal);
    host.robots = robots;
    // The next one asks again.
    robots.catch(() => {
      host.robots = undefined;
    });
    return robots;
  }

  /** Where there is none everything is allowed; where it cannot be had nothing is (RFC 9309, 2.3.1). */
  async #fetchRobots(url: URL, source: Source, signal: AbortSignal): Promise<Robots> {
    try {
      const page = await this.#get(url, source, ROBOTS_BYTES, {}, signal);
      return parseRobots(url.href, page.unchanged ? "" : page.text);
    } catch (error) {
      if (error instanceof PageError && error.code === "refused" && !error.temporary) return parseRobots(url.href, "");
      if (error instanceof PageError && error.code === "too-large") return parseRobots(url.href, "");
      throw error;
    }
  }
}
