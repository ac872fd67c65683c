import { HeaptideError } from "@heaptide/base";
import { type Dispatcher, request } from "undici";
import type { z } from "zod";

export interface TransportOptions {
  /** For one request, from connecting to the last byte, milliseconds. */
  readonly timeout?: number;
  /** Largest answer that is read, bytes. */
  readonly largestAnswer?: number;
  /** Ends every request of this client. */
  readonly signal?: AbortSignal;
}

/** A path below the REST API's root and what is sent to it. */
export interface RestRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly json?: unknown;
  readonly body?: { readonly type: string; readonly bytes: Buffer };
  readonly timeout?: number;
}

/**
 * One JobManager's REST API over HTTP: every way in which it can fail to answer becomes one typed error.
 *
 * A path prefix and `user:password@` of the address are kept; the password never appears in an error. Redirects are refused.
 */
export class RestTransport {
  /** Without credentials and trailing slash. */
  readonly url: string;
  readonly #authorization: string | undefined;
  readonly #timeout: number;
  readonly #largestAnswer: number;
  readonly #signal: AbortSignal | undefined;

  constructor(address: string, options: TransportOptions = {}) {
    const url = parseAddress(address);
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    this.#authorization = credentials === ":" ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
    this.url = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
    this.#timeout = options.timeout ?? 10_000;
    this.#largestAnswer = options.largestAnswer ?? 16 * 1024 * 1024;
    this.#signal = options.signal;
  }

  /** The answer as the schema's type. @throws the errors of `text`, NOT_FLINK for anything but JSON, FLINK_ANSWER_UNEXPECTED. */
  async json<T>(what: RestRequest, schema: z.ZodType<T>): Promise<T> {
    const text = await this.text(what);
    const answer = parseJson(text);
    if (answer === undefined) throw new HeaptideError("NOT_FLINK", { url: this.url, found: glimpse(text) });
    const checked = schema.safeParse(answer);
    if (checked.success) return checked.data;
    const issue = checked.error.issues[0]!;
    throw new HeaptideError("FLINK_ANSWER_UNEXPECTED", {
      url: this.#place(what),
      problem: `${issue.path.join(".") || "the answer"}: ${issue.message}`,
      found: glimpse(text),
    });
  }

  /** @throws FLINK_UNREACHABLE, FLINK_RESTARTING, FLINK_REDIRECTED, RESOURCE_GONE, FLINK_REJECTED, NOT_FLINK, FLINK_ANSWER_TOO_LARGE */
  async text(what: RestRequest): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    await this.read(what, (chunk) => {
      size += chunk.length;
      if (size > this.#largestAnswer)
        throw new HeaptideError("FLINK_ANSWER_TOO_LARGE", { url: this.#place(what), limit: this.#largestAnswer });
      chunks.push(chunk);
      return true;
    });
    return Buffer.concat(chunks).toString("utf8");
  }

  /**
   * Gives the body to `take` as it comes; `take` returns false when it has enough, and the rest is not fetched.
   * @returns the length of the whole body as the server announced it, or null.
   */
  async read(what: RestRequest, take: (chunk: Buffer) => boolean): Promise<number | null> {
    const patience = AbortSignal.timeout(what.timeout ?? this.#timeout);
    const signal = this.#signal ? AbortSignal.any([this.#signal, patience]) : patience;
    try {
      const answer = await this.#send(what, signal);
      if (answer.statusCode !== 200 && answer.statusCode !== 202) throw await this.#failure(what, answer);
      for await (const chunk of answer.body) {
        // Leaving the loop destroys the body, and with it the connection.
        if (!take(chunk as Buffer)) break;
      }
      const length = Number(answer.headers["content-length"] ?? Number.NaN);
      return Number.isFinite(length) ? length : null;
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (!patience.aborted && !isNetworkFailure(error)) throw error;
      const cause = patience.aborted ? `no answer within ${(what.timeout ?? this.#timeout) / 1000} s` : reason(error);
      throw new HeaptideError("FLINK_UNREACHABLE", { url: this.url, cause }, { cause: error });
    }
  }

  #send(what: RestRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { accept: "application/json, text/plain" };
    if (this.#authorization !== undefined) headers.authorization = this.#authorization;
    if (what.json !== undefined) headers["content-type"] = "application/json";
    if (what.body !== undefined) headers["content-type"] = what.body.type;
    const body = what.json === undefined ? (what.body?.bytes ?? null) : JSON.stringify(what.json);
    return request(this.#place(what), { method: what.method ?? "GET", headers, body, signal });
  }

  async #failure(what: RestRequest, answer: Dispatcher.ResponseData): Promise<HeaptideError> {
    const url = this.#place(what);
    const status = answer.statusCode;
    const location = answer.headers.location;
    if (status >= 300 && status < 400) {
      await answer.body.dump();
      return new HeaptideError("FLINK_REDIRECTED", { url, location: String(location ?? "nowhere") });
    }
    const text = await beginningOf(answer);
    const errors = flinkErrors(text);
    if (status === 503) return new HeaptideError("FLINK_RESTARTING", { url: this.url, said: errors ? summary(errors) : glimpse(text) });
    if (errors === undefined) return new HeaptideError("NOT_FLINK", { url: this.url, found: `status ${status}, ${glimpse(text)}` });
    const said = summary(errors);
    const whole = errors.join("\n");
    if (LEADERLESS.test(whole)) return new HeaptideError("FLINK_RESTARTING", { url: this.url, said });
    if (status === 404 || VANISHED.test(whole)) return new HeaptideError("RESOURCE_GONE", { url, said });
    return new HeaptideError("FLINK_REJECTED", { url, status, said });
  }

  #place(what: RestRequest): string {
    return `${this.url}${what.path}`;
  }
}

/** A TaskManager or its file that has gone is status 500 in every version; only the exception's name tells. */
const VANISHED = /UnknownTaskExecutorException|FileNotFoundException|RecipientUnreachableException|FlinkJobNotFoundException/;
const LEADERLESS = /FencingTokenException|LeaderElection|not the leader|ongoing leader election/i;

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new HeaptideError("INVALID_OPTION", {
    option: "Flink's address",
    value: address,
    expected: "http://host:port or https://host:port",
    source: "FlinkClient",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Flink answers every failure with `{"errors": [..]}`. @returns `undefined` for anything else. */
function flinkErrors(text: string): string[] | undefined {
  const answer = parseJson(text);
  if (typeof answer !== "object" || answer === null || !("errors" in answer) || !Array.isArray(answer.errors)) return undefined;
  return answer.errors.map(String);
}

/** The last entry holds the server's exception with its stack trace; the first line of it is what went wrong. */
function summary(errors: readonly string[]): string {
  const lines = (errors.at(-1) ?? "").split("\n").map((line) => line.trim());
  const first = lines.find((line) => line !== "" && !line.startsWith("<Exception on server side")) ?? "no reason given";
  return first.replace(/^(?:[\w$]+\.)+[\w$]+(?:Exception|Error): /, "").slice(0, 300);
}

/** Enough of an unexpected answer to recognise what it is. */
function glimpse(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat === "" ? "an empty answer" : flat.length > 160 ? `${flat.slice(0, 160)}...` : flat;
}

/** The first 256 KiB: stack traces are long, a wrong server's error page may be endless. */
async function beginningOf(answer: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > 256 * 1024) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Node's codes of sockets, names and certificates, and undici's; an argument that undici refuses is a bug of ours. */
function isNetworkFailure(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code !== "UND_ERR_INVALID_ARG" && !(error instanceof HeaptideError) && /^[A-Z][A-Z0-9_]+$/.test(code);
}

/** Node hides "connection refused" in the cause, or in the first of several attempts (IPv6, then IPv4). */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
