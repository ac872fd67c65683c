import { HeaptideError } from "@heaptide/base";
import type { Measure } from "@heaptide/model";
import type { Span, ThinnedSeries } from "@heaptide/store";
import { z } from "zod";
import { metricOf } from "./names.ts";

const Answer = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

const TIMEOUT = 20_000;

/** Samples whose home is a store of Prometheus's kind, read by PromQL: what is older than the local retention. */
export class RemoteHistory {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param url of the API, without `/api/v1` */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url.replace(/\/+$/, "");
    this.#headers = headers;
  }

  /** Thinned to so many points, with the extremes between them. @throws HISTORY_UNREACHABLE */
  async series(incarnation: string, measure: Measure, span: Span, points: number): Promise<ThinnedSeries> {
    const step = Math.max(1, Math.ceil((span.to - span.from) / 1000 / points));
    const selector = `${metricOf(measure)}{incarnation=${JSON.stringify(incarnation)}}`;
    const [last, min, max] = await Promise.all(
      [`last_over_time(${selector}[${step}s])`, `min_over_time(${selector}[${step}s])`, `max_over_time(${selector}[${step}s])`].map(
        (query) => this.#ask(query, span, step),
      ),
    );
    return {
      at: Float64Array.from(last!, ([at]) => at * 1000),
      last: Float64Array.from(last!, ([, value]) => Number(value)),
      min: Float64Array.from(min!, ([, value]) => Number(value)),
      max: Float64Array.from(max!, ([, value]) => Number(value)),
    };
  }

  async #ask(query: string, span: Span, step: number): Promise<[number, string][]> {
    const parameters = new URLSearchParams({ query, start: String(span.from / 1000), end: String(span.to / 1000), step: String(step) });
    try {
      const response = await fetch(`${this.#url}/api/v1/query_range?${parameters}`, {
        headers: this.#headers,
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return Answer.parse(await response.json()).data.result[0]?.values ?? [];
    } catch (error) {
      throw new HeaptideError("HISTORY_UNREACHABLE", { url: new URL(this.#url).host, cause: (error as Error).name }, { cause: error });
    }
  }
}
