import { z } from "@hono/zod-openapi";
import { HeaptideError, parseDuration } from "@heaptide/base";
import { type About, Incarnation, ProcessIdentity } from "@heaptide/model";
import type { AgentSources } from "./agents.ts";
import type { AlertKeeper } from "../alerts/keeper.ts";
import type { IncidentKeeper } from "../incidents/keeper.ts";
import type { FlowDays } from "../flow/days.ts";
import type { LatestValues } from "../metrics/latest.ts";
import type { RemoteHistory } from "../metrics/remote-history.ts";
import type { LogIntake } from "../receive/intake.ts";
import type { LiveDiagnosis } from "../live-diagnosis.ts";
import type { Store } from "@heaptide/store";
import type { Control, ProcessCost } from "../collect/collector.ts";

/** What the routes answer from. */
export interface ApiSources extends AgentSources {
  readonly store: Store;
  readonly diagnosis: LiveDiagnosis;
  readonly incidents: IncidentKeeper;
  readonly alerts: AlertKeeper;
  readonly intake: LogIntake;
  readonly flowDays: FlowDays;
  readonly latest: LatestValues;
  /** Where older samples live; null where nobody said. */
  readonly history: RemoteHistory | null;
  readonly costs: () => readonly ProcessCost[];
  readonly about: Pick<About, "version" | "mode" | "cutOff">;
  /** null where nothing is being watched: a recorded session. */
  readonly control: Control | null;
  readonly startedAt: number;
  readonly now: () => number;
}

const Failure = z.object({ code: z.string(), message: z.string(), next: z.string() });

/** The answers of a route that can fail: its own, and the failures of every route. */
export function answers<Schema extends z.ZodType>(schema: Schema, description: string) {
  const failure = { content: { "application/json": { schema: Failure } } };
  return {
    200: { description, content: { "application/json": { schema } } },
    400: { description: "The request is not valid", ...failure },
    404: { description: "There is no such thing", ...failure },
  };
}

/** A time in a query: milliseconds since the epoch, or ISO 8601. */
const Time = z.string().transform((text, context) => {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(at)) return at;
  context.addIssue({ code: "custom", message: "expected milliseconds since the epoch, or a time as ISO 8601" });
  return z.NEVER;
});

export const KeyParam = z.object({ key: z.string().openapi({ description: "Key of the process, URL-encoded" }) });

/** A duration in a query, milliseconds: `90s`, `24h`, `7d`. */
const Duration = z.string().transform((text, context) => {
  const length = parseDuration(text);
  if (length !== undefined && length > 0) return length;
  context.addIssue({ code: "custom", message: "expected a duration such as 15m, 24h or 7d" });
  return z.NEVER;
});

export const SpanQuery = z.object({
  from: Time.optional(),
  to: Time.optional(),
  last: Duration.optional().openapi({ type: "string", description: "Instead of `from`: so long, up to `to`, which is now by default" }),
});

const HOUR = 3_600_000;

/** The last hour where the query does not say. */
export function spanOf(query: z.infer<typeof SpanQuery>, now: number): { from: number; to: number } {
  const to = query.to ?? now;
  return { from: query.from ?? to - (query.last ?? HOUR), to };
}

export const ProcessWithLives = z.object({ process: ProcessIdentity, incarnations: z.array(Incarnation) });

/** The process of that key. @throws NOT_FOUND */
export async function processOf(store: Store, key: string): Promise<z.infer<typeof ProcessWithLives>> {
  const found = await store.process(key);
  if (found === null) throw new HeaptideError("NOT_FOUND", { what: `process ${JSON.stringify(key)}` });
  return found;
}

/** A typed array is an object to JSON. */
export const listOf = (column: Float64Array): number[] => Array.from(column);
