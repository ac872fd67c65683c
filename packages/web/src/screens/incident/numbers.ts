import { formatBytes } from "@heaptide/base";
import type { Evidence, EvidenceKind, Finding } from "@heaptide/model";
import { formatClock, formatCount, formatPercent, formatSlope } from "../../format.ts";

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
/** Beyond this a number is a time: the first of 2001. */
const FIRST_TIME = 978_307_200_000;

function numberOf(value: number): string {
  if (value > FIRST_TIME) return formatClock(value);
  return Math.abs(value) >= 10_000
    ? compact.format(value)
    : Number.isInteger(value)
      ? formatCount(value)
      : String(Number(value.toPrecision(3)));
}

type Numbers = Evidence["numbers"];

/** The numbers of the kinds that have units, in these; whatever else there is by its name. */
export function numbersOf(evidence: Evidence, { slope }: Finding): string {
  const { kind, numbers } = evidence;
  // Of the trends it is the resource's own that has an interval; others followed it, in units of their own.
  const unit = slope.unit === "B/s" && kind === "trend" && numbers["low"] !== undefined ? slope.unit : null;
  const told = Object.entries(numbers).flatMap(([name, value]) =>
    isTold(kind, name, numbers) ? [] : [`${named(name)} ${valueOf(name, value, unit)}`],
  );
  return [intervalOf(evidence, unit), ...told].filter((text) => text !== null).join(" · ");
}

const isTold = (kind: EvidenceKind, name: string, { low, high }: Numbers): boolean =>
  (kind === "trend" || kind === "law") &&
  low !== undefined &&
  high !== undefined &&
  (name === "value" || name === "low" || name === "high");

/** An estimate with its 95 % interval. */
function intervalOf({ kind, numbers: { value, low, high } }: Evidence, unit: "B/s" | null): string | null {
  if ((kind !== "trend" && kind !== "law") || value === undefined || low === undefined || high === undefined) return null;
  const format = unit === null ? numberOf : (rate: number) => formatSlope(rate, unit);
  return `${format(value)} (${format(low)} to ${format(high)})`;
}

const named = (name: string): string => name.replaceAll("-", " ");

function valueOf(name: string, value: number, unit: "B/s" | null): string {
  if (name === "share" || name === "needed") return formatPercent(value);
  return unit !== null && (name === "growth" || name === "noise") ? formatBytes(value) : numberOf(value);
}
