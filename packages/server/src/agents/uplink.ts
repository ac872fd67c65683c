import { Orders, type Report } from "./protocol.ts";

export interface UplinkOptions {
  readonly name: string;
  readonly server: string;
  readonly token: string | null;
  readonly onProblem: (problem: UplinkProblem | null) => void;
}

/** Why the server did not take something; `code` is its own, or the network's. */
export interface UplinkProblem {
  readonly code: string;
  readonly problem: string;
}

const TIMEOUT = 30_000;

/** An agent's way to its server. */
export class Uplink {
  readonly #options: UplinkOptions;
  #reported: string | null = null;

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  /** `never`: it is wrong, and would be the next time. */
  async push(body: Uint8Array, signal: AbortSignal): Promise<"taken" | "later" | "never"> {
    const response = await this.#post(`/api/agent/observations?agent=${encodeURIComponent(this.#options.name)}`, body, signal);
    if (response === null) return "later";
    if (response.ok) return "taken";
    return response.status === 400 || response.status === 413 ? "never" : "later";
  }

  /** @returns null where the server did not answer as it should */
  async report(report: Report, signal: AbortSignal): Promise<Orders | null> {
    const response = await this.#post("/api/agent/report", JSON.stringify(report), signal);
    return response?.ok ? (Orders.safeParse(response.body).data ?? null) : null;
  }

  async #post(
    path: string,
    body: string | Uint8Array,
    signal: AbortSignal,
  ): Promise<{ ok: boolean; status: number; body: unknown } | null> {
    const { server, token } = this.#options;
    try {
      const response = await fetch(new URL(path, server), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(typeof body !== "string" && { "content-encoding": "gzip" }),
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: typeof body === "string" ? body : new Uint8Array(body),
        // Wherever a redirect leads, the token is not for it.
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      });
      const answer: unknown = await response.json().catch(() => null);
      this.#tell(response.ok ? null : problemOf(response.status, answer));
      return { ok: response.ok, status: response.status, body: answer };
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      if (!signal.aborted) this.#tell({ code: cause?.code ?? name, problem: "it does not answer" });
      return null;
    }
  }

  /** Once when it begins, and once when it is over. */
  #tell(problem: UplinkProblem | null): void {
    const key = problem === null ? null : problem.code;
    if (key === this.#reported) return;
    this.#reported = key;
    this.#options.onProblem(problem);
  }
}

function problemOf(status: number, answer: unknown): UplinkProblem {
  const { code, message } = (typeof answer === "object" && answer !== null ? answer : {}) as { code?: unknown; message?: unknown };
  return {
    code: typeof code === "string" ? code : `status ${status}`,
    problem: typeof message === "string" ? message : `it answered with status ${status}`,
  };
}
