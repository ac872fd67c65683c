/**
 * Branded units: a number that carries its unit in the type, at no cost at run time.
 *
 * Plain arithmetic gives a plain number again; brand it anew where the unit is known. Only values that cross a package border are branded.
 */
declare const UNIT: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [UNIT]: Name };

/** A size in memory or on disk. */
export type Bytes = Brand<number, "bytes">;
/** A point in time, milliseconds since the Unix epoch, or a span of milliseconds; the name of the variable says which. */
export type Millis = Brand<number, "ms">;

export const bytes = (value: number): Bytes => value as Bytes;
export const millis = (value: number): Millis => value as Millis;
export const seconds = (value: number): Millis => (value * 1000) as Millis;

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1536` -> `1.5 KiB`. Three significant digits at most, never a bare number. Negative sizes (differences) keep their sign. */
export function formatBytes(value: number): string {
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1023.5 && unit < BINARY.length - 1) {
    size /= 1024;
    unit++;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${value < 0 ? "-" : ""}${size.toFixed(digits)} ${BINARY[unit]}`;
}

/** `95_000` -> `1 min 35 s`; two units at most. */
export function formatDuration(value: number): string {
  if (Math.abs(value) < 1000) return `${Math.round(value)} ms`;
  const total = Math.round(value / 1000);
  if (total < 60) return `${total} s`;
  if (total < 3600) return join(Math.floor(total / 60), "min", total % 60, "s");
  const minutes = Math.round(total / 60);
  if (minutes < 48 * 60) return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(total / 3600);
  return join(Math.floor(hours / 24), "d", hours % 24, "h");
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

const DURATION = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** "512m", "1g", "64k", or bytes; `undefined` for anything else. Powers of 1024, as the JVM has them. */
export function parseBytes(text: string): Bytes | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  if (!match) return undefined;
  return Math.round(Number(match[1]) * 1024 ** " kmgt".indexOf(match[2] ? match[2].toLowerCase() : " ")) as Bytes;
}

/** `90s`, `5m`, `2h`, `1d`, `250ms`. @returns `undefined` for anything else, so that the caller can say which setting was wrong. */
export function parseDuration(text: string): Millis | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) return undefined;
  return millis(Number(match[1]) * DURATION[match[2] as keyof typeof DURATION]);
}

/** "1.00 [0.99, 1.01]": an estimate with its interval. */
export const formatInterval = ({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): string =>
  `${formatRatio(value)} [${formatRatio(low)}, ${formatRatio(high)}]`;

/** "1.00", "0.0021", "512.00": of what is less than one the two digits that tell, and nothing of what is next to none. */
export function formatRatio(value: number): string {
  const size = Math.abs(value);
  return size >= 0.995 || size < 5e-5 ? (size < 5e-5 ? 0 : value).toFixed(2) : value.toPrecision(2);
}
