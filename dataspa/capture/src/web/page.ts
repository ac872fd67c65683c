import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import { PrivateAddressError, publicLookup, refusePrivateLiteral } from "./address.ts";
import { decode } from "./charset.ts";

/** Why a page could not be had. `code` is one of a few, so that it can be counted; the message is for people. */
export class PageError extends Error {
  readonly code: PageErrorCode;
  readonly temporary: boolean;
  /** Milliseconds, where the server says when to come back. */
  readonly retryAfter: number | undefined;

  constructor(code: PageErrorCode, message: string, options: { temporary?: boolean; retryAfter?: number | undefined } = {}) {
    super(message);
    this.name = "PageError";
    this.code = code;
    this.temporary = options.temporary ?? false;
    this.retryAfter = options.retryAfter;
  }
}
export type PageErrorCode =
  | "unreachable"
  | "timed-out"
  | "refused"
  | "server-error"
  | "too-large"
  | "redirects"
  | "private-address"
  | "robots";

export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface PageRequest {
  readonly url: URL;
  readonly allowPrivate: boolean;
  readonly maxBytes: number;
  /** From connecting to the last byte, milliseconds. */
  readonly timeout: number;
  readonly validators: Validators;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

export type Page =
  | { readonly unchanged: true }
  | {
      readonly unchanged: false;
      /** After redirects. */
      readonly url: URL;
      readonly text: string;
      readonly bytes: number;
      readonly warning: string | undefined;
      readonly validators: Validators;
    };

const MOST_REDIRECTS = 5;
/** A server that wants to be left alone for longer is asked again the next night. */
const LONGEST_RETRY_AFTER = 30_000;

/** The two kinds of connections: to public addresses only, or to any. Each keeps a few open. */
export class Connections implements AsyncDisposable {
  readonly #public = new Agent({ connect: { lookup: publicLookup, timeout: 10_000 }, keepAliveTimeout: 10_000 });
  readonly #any = new Agent({ connect: { timeout: 10_000 }, keepAliveTimeout: 10_000 });

  agent(allowPrivate: boolean): Agent {
    return allowPrivate ? this.#any : this.#public;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#public.destroy(), this.#any.destroy()]);
  }
}

/** One page, once: redirects followed by hand, each address checked; no more bytes than allowed, no longer than allowed. @throws PageError */
export async function getPage(connections: Pick<Connections, "agent">, wanted: PageRequest): Promise<Page> {
  const patience = AbortSignal.timeout(wanted.timeout);
  const signal = AbortSignal.any([wanted.signal, patience]);
  let url = wanted.url;
  try {
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      if (!wanted.allowPrivate) refusePrivateLiteral(url);
      const answer = await request(url, { dispatcher: connections.agent(wanted.allowPrivate), headers: headersOf(wanted), signal });
      const location = answer.headers.location;
      if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === "string") {
        await answer.body.dump();
        url = redirected(url, location);
        continue;
      }
      return await pageOf(url, answer, wanted);
    }
    throw new PageError("redirects", `${wanted.url.href} redirects more than ${MOST_REDIRECTS} times`);
  } catch (error) {
    wanted.signal.throwIfAborted();
    throw pageError(error, url, patience.aborted, wanted.timeout);
  }
}

function headersOf({ validators, userAgent }: PageRequest): Record<string, string> {
  return {
    "user-agent": userAgent,
    accept: "text/html, application/ld+json, text/calendar, application/rss+xml, application/atom+xml, application/json;q=0.9, */*;q=0.1",
    // Compressed pages could be of any size once they are not: none is asked for.
    "accept-encoding": "identity",
    ...(validators.etag !== undefined && { "if-none-match": validators.etag }),
    ...(validators.lastModified !== undefined && { "if-modified-since": validators.lastModified }),
  };
}

function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from))
    throw new PageError("redirects", `${from.href} redirects to ${JSON.stringify(location.slice(0, 100))}`);
  const to = new URL(location, from);
  if (!/^https?:$/.test(to.protocol)) throw new PageError("redirects", `${from.href} redirects to ${to.protocol}`);
  return to;
}

async function pageOf(url: URL, { statusCode, headers, body }: Awaited<ReturnType<typeof request>>, wanted: PageRequest): Promise<Page> {
  if (statusCode === 304) {
    await body.dump();
    return { unchanged: true };
  }
  if (statusCode !== 200) {
    await body.dump({ limit: 64 * 1024 });
    throw statusError(url, statusCode, text(headers["retry-after"]));
  }
  const encoding = text(headers["content-encoding"]);
  if (encoding !== undefined && encoding !== "identity")
    throw new PageError("refused", `${url.href} is sent compressed (${encoding}) though nobody asked for it`);
  if (Number(text(headers["content-length"]) ?? 0) > wanted.maxBytes) {
    body.destroy();
    throw tooLarge(url, wanted.maxBytes);
  }
  const bytes = await readLimited(url, body, wanted.maxBytes);
  const { text: decoded, warning } = decode(bytes, text(headers["content-type"]) ?? "");
  const validators = { etag: text(headers.etag), lastModified: text(headers["last-modified"]) };
  return { unchanged: false, url, text: decoded, bytes: bytes.length, warning, validators };
}

const text = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

function statusError(url: URL, status: number, retryAfter: string | undefined): PageError {
  const temporary = status === 429 || status >= 500;
  const wait = retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  return new PageError(status >= 500 ? "server-error" : "refused", `${url.href} answers ${status}`, { temporary, retryAfter: wait });
}

const tooLarge = (url: URL, limit: number) => new PageError("too-large", `${url.href} is larger than ${limit} bytes`);

async function readLimited(url: URL, body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > limit) throw tooLarge(url, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function pageError(error: unknown, url: URL, timedOut: boolean, timeout: number): PageError {
  if (error instanceof PageError) return error;
  const cause = causeOf(error);
  if (cause instanceof PrivateAddressError)
    return new PageError("private-address", `${cause.message}; allowPrivateAddresses would permit it`);
  if (timedOut) return new PageError("timed-out", `${url.href} did not end within ${timeout / 1000} s`);
  return new PageError("unreachable", `${url.href} cannot be reached: ${(cause as Error).message}`, { temporary: true });
}

/** A failed connection to several addresses is an AggregateError whose first part says why. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return causeOf(error.cause);
  return error;
}

/** Again after temporary failures, each time after twice the pause, more or less half of it. */
export async function withRetries<T>(attempts: number, firstPause: number, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PageError) || !error.temporary || number >= attempts) throw error;
      if (error.retryAfter !== undefined && error.retryAfter > LONGEST_RETRY_AFTER) throw error;
      await pause(error.retryAfter ?? firstPause * 2 ** (number - 1) * (0.5 + Math.random()), undefined, { signal });
    }
  }
}
