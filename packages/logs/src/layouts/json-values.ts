import { rootCauseIn } from "../stack-trace.ts";
import { type TimeZone, zoneOffset } from "../time-zone.ts";

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** ISO 8601, with or without a zone; seconds or milliseconds since the epoch; log4j's `{epochSecond, nanoOfSecond}`. */
export function timeFrom(value: unknown, zone: TimeZone): number | null {
  if (typeof value === "number") return value < 1e11 ? Math.round(value * 1000) : value;
  if (isObject(value) && typeof value["epochSecond"] === "number") {
    return value["epochSecond"] * 1000 + Math.floor(Number(value["nanoOfSecond"] ?? 0) / 1e6);
  }
  if (typeof value !== "string") return null;
  const [, wall, named] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?$/.exec(value.replace(" ", "T").replace(",", ".")) ?? [];
  const asUtc = Math.floor(Date.parse(`${wall}Z`));
  if (Number.isNaN(asUtc)) return null;
  return named === undefined ? zone.toEpoch(asUtc) : asUtc - zoneOffset(named);
}

/** A stack trace as one text or as an array of lines; log4j's own JSON has frames as objects, of which the first counts. */
export function rootCauseOf(trace: unknown): ReturnType<typeof rootCauseIn> {
  if (typeof trace === "string") return rootCauseIn(trace.split("\n"));
  if (Array.isArray(trace)) return rootCauseIn(trace.filter((line) => typeof line === "string"));
  return { class: null, frame: null };
}
