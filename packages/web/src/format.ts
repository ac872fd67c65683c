import { formatBytes, formatDuration } from "@heaptide/base";
import type { Driver } from "@heaptide/model";

/** Numbers and times as people read them. Times are shown in the reader's own zone; the exact UTC time stands in a title or in the JSON. */
const count = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const small = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export const formatCount = (value: number): string =>
  Math.abs(value) < 10 && !Number.isInteger(value) ? small.format(value) : count.format(value);
export const formatSigned = (value: number, format: (value: number) => string = formatCount): string =>
  value > 0 ? `+${format(value)}` : format(value);
export const formatPercent = (share: number): string => `${small.format(share * 100)} %`;

/** A value of a measure with the unit that the model gives it. */
export function formatMeasure(value: number, unit: "B" | "1" | "ms"): string {
  if (unit === "B") return formatBytes(value);
  return unit === "ms" ? formatDuration(value) : formatCount(value);
}

/** Bytes or units per second as a growth that means something to a person. */
export function formatSlope(value: number, unit: "B/s" | "1/s"): string {
  const perMinute = value * 60;
  return unit === "B/s" ? `${formatSigned(perMinute, formatBytes)}/min` : `${formatSigned(perMinute)}/min`;
}

const two = (value: number): string => String(value).padStart(2, "0");
export function formatClock(at: number, withSeconds = true): string {
  const time = new Date(at);
  const minutes = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(time.getSeconds())}` : minutes;
}

const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
export const formatDay = (at: number): string => day.format(at);

/** The clock alone on the day of `now`, else the day with it. */
export const formatMoment = (at: number, now: number): string =>
  new Date(at).toDateString() === new Date(now).toDateString() ? formatClock(at) : `${formatDay(at)}, ${formatClock(at, false)}`;

export function formatAgo(at: number, now: number): string {
  if (now - at < 0) return now - at < -2000 ? "in the future: a clock is off" : "just now";
  return now - at < 5000 ? "just now" : `${formatDuration(roundSpan(now - at))} ago`;
}

/** `11 to 15 min`; one unit, for an interval of seconds. */
export function formatInterval(low: number, high: number): string {
  const [unit, size] =
    high < 180
      ? (["s", 1] as const)
      : high < 7200
        ? (["min", 60] as const)
        : high < 172_800
          ? (["h", 3600] as const)
          : (["d", 86_400] as const);
  const [from, to] = [Math.round(low / size), Math.round(high / size)];
  return from === to ? `${from} ${unit}` : `${from} to ${to} ${unit}`;
}

/** Two units would pretend to know more than a glance needs. */
function roundSpan(span: number): number {
  const unit = span < 60_000 ? 1000 : span < 3_600_000 ? 60_000 : span < 172_800_000 ? 3_600_000 : 86_400_000;
  return Math.floor(span / unit) * unit;
}

/** `org.acme.Jobs$Enrich` -> `Jobs$Enrich`. */
export const simpleName = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
export const packageName = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** What a law counts, one of them: "1.00 per element". */
export const EACH: Readonly<Record<Driver["kind"], string>> = {
  "records-in": "element",
  submissions: "job submission",
  restarts: "restart",
  checkpoints: "checkpoint",
  "log-lines": "log line",
  "wall-time": "second",
};
