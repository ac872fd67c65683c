import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { SnapshotKind } from "@heaptide/model";
import { request } from "undici";
import { z } from "zod";
import { type ClassHistogram, parseHistogram } from "../jcmd/histogram.ts";

/**
 * Jolokia: MBeans by HTTP and JSON. Requests go by POST, several in one, so that nothing of them stands in an address or a log of a proxy.
 * Layout: jolokia.org/reference/html/manual/jolokia_protocol.html (protocol 7 and 8: agents 1.3 and newer).
 */
const Answer = z.object({ status: z.number(), value: z.unknown().optional(), error: z.string().optional() });

const TIMEOUT = 10_000;
/** A full collection of a large heap comes first. */
const HISTOGRAM_TIMEOUT = 120_000;
/** A histogram of 100,000 classes is some 10 MB. */
const LARGEST = 64 << 20;

export interface MBeanRead {
  readonly mbean: string;
  /** All of them where none is named. */
  readonly attribute?: readonly string[];
}

export class JolokiaClient {
  /** Without credentials. */
  readonly url: string;
  readonly #authorization: string | undefined;

  /** @param address of the agent, such as `http://user:password@host:8778/jolokia`. @throws JOLOKIA_REFUSED for one that is none */
  constructor(address: string) {
    if (!URL.canParse(address)) throw new HeaptideError("JOLOKIA_REFUSED", { url: address, cause: "this is no address" });
    const url = new URL(address);
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    this.#authorization = credentials === ":" ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
    this.url = `${url.origin}${url.pathname.replace(/\/*$/, "/")}`;
  }

  /**
   * Attributes of several MBeans in one request. A value is null where that MBean is not there; a pattern gives attributes by MBean.
   * @throws JOLOKIA_UNREACHABLE, JOLOKIA_REFUSED
   */
  async read(reads: readonly MBeanRead[], signal?: AbortSignal): Promise<unknown[]> {
    const body = reads.map((read) => ({ type: "read", ...read, config: { ignoreErrors: true, serializeLong: "number" } }));
    const answers = z.array(Answer).safeParse(await this.#post(body, TIMEOUT, signal));
    if (!answers.success || answers.data.length !== reads.length) throw this.#refused("its answer is none of Jolokia's");
    return answers.data.map(({ status, value }) => (status === 200 ? (value ?? null) : null));
  }

  /**
   * A class histogram, by the MBean of diagnostic commands. `live` collects the whole heap first. The pause is the time from request to answer: an upper bound.
   * @throws JOLOKIA_UNREACHABLE, JOLOKIA_REFUSED where a policy of the agent forbids it
   */
  async histogram(kind: SnapshotKind, signal?: AbortSignal): Promise<ClassHistogram> {
    const operation = "gcClassHistogram([Ljava.lang.String;)";
    const words = kind === "all" ? ["-all"] : [];
    const exec = { type: "exec", mbean: "com.sun.management:type=DiagnosticCommand", operation, arguments: [words] };
    const begun = performance.now();
    const answer = Answer.safeParse(await this.#post(exec, HISTOGRAM_TIMEOUT, signal));
    const pause = performance.now() - begun;
    if (!answer.success) throw this.#refused("its answer is none of Jolokia's");
    const { status, value, error } = answer.data;
    if (status !== 200) throw this.#refused(`a class histogram: ${(error ?? `status ${status}`).slice(0, 300)}`);
    const classes = typeof value === "string" ? parseHistogram(value) : null;
    if (classes === null) throw this.#refused("its JVM gave no class histogram");
    return { kind, at: Date.now(), pause, pauseFrom: "round-trip", classes };
  }

  #refused(cause: string): HeaptideError {
    return new HeaptideError("JOLOKIA_REFUSED", { url: this.url, cause });
  }

  async #post(body: unknown, timeout: number, signal: AbortSignal | undefined): Promise<unknown> {
    const limit = AbortSignal.timeout(timeout);
    try {
      const response = await request(this.url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(this.#authorization && { authorization: this.#authorization }) },
        body: JSON.stringify(body),
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      const text = await readText(response.body);
      if (response.statusCode !== 200) throw this.#refused(`status ${response.statusCode}`);
      return JSON.parse(text) as unknown;
    } catch (error) {
      if (isHeaptideError(error)) throw error;
      signal?.throwIfAborted();
      if (error instanceof SyntaxError) throw this.#refused("its answer is no JSON");
      const { code, message } = error as NodeJS.ErrnoException;
      throw new HeaptideError("JOLOKIA_UNREACHABLE", { url: this.url, cause: code ?? message }, { cause: error });
    }
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > LARGEST) throw new RangeError("the answer is too large");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
