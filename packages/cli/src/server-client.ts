import { HeaptideError } from "@heaptide/base";
import { z } from "zod";
import type { Environment } from "./environment.ts";
import { text } from "./options.ts";

/** What commands that speak with a running server have in common. */
export const SERVER_OPTIONS = {
  server: text("URL", "address of a running `heaptide serve`; by default $HEAPTIDE_SERVER, else http://127.0.0.1:7070"),
};

const HERE = "http://127.0.0.1:7070";
const TIMEOUT = 30_000;
const Refusal = z.object({ code: z.string(), message: z.string(), next: z.string() });

/** Speaks with a running server, and checks that its answers are what the contract says. A token comes from $HEAPTIDE_TOKEN alone: a command line is seen by everybody. */
export class ServerClient {
  readonly url: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor(server: string | undefined, { settings }: Environment, signal: AbortSignal) {
    this.url = (server ?? settings["HEAPTIDE_SERVER"] ?? HERE).replace(/\/+$/, "");
    this.#token = settings["HEAPTIDE_TOKEN"];
    this.#signal = signal;
  }

  /** @throws SERVER_UNREACHABLE, SERVER_REFUSED, NOT_HEAPTIDE */
  get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    return this.#ask("GET", path, undefined, schema);
  }

  /** @throws SERVER_UNREACHABLE, SERVER_REFUSED, NOT_HEAPTIDE */
  post<Answer>(path: string, body: unknown, schema: z.ZodType<Answer>): Promise<Answer> {
    return this.#ask("POST", path, body, schema);
  }

  /** @throws SERVER_UNREACHABLE, SERVER_REFUSED, NOT_HEAPTIDE */
  delete<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    return this.#ask("DELETE", path, undefined, schema);
  }

  async #ask<Answer>(method: string, path: string, body: unknown, schema: z.ZodType<Answer>): Promise<Answer> {
    const response = await this.#send(method, path, body);
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const refusal = Refusal.safeParse(answer);
      if (!refusal.success) throw new HeaptideError("NOT_HEAPTIDE", { url: this.url, answer: `status ${response.status}` });
      throw new HeaptideError("SERVER_REFUSED", { url: this.url, ...refusal.data });
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw new HeaptideError("NOT_HEAPTIDE", { url: this.url, answer: "an answer of another form" });
    return parsed.data;
  }

  async #send(method: string, path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT)]),
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
      throw new HeaptideError("SERVER_UNREACHABLE", { url: this.url, cause: cause?.code ?? message }, { cause: error });
    }
  }
}
