import { levelOf, type LogRecord } from "../record.ts";
import { type TimeZone, zoneOffset } from "../time-zone.ts";

/**
 * Format: text lines by a pattern that was configured, of log4j 1 and 2 and of logback: `%d{ISO8601} [%t] %-5level %c{1.}:%L - %msg%n%throwable`.
 * Layouts: logging.apache.org/log4j/2.x/manual/pattern-layout.html, logback.qos.ch/manual/layouts.html.
 * Not supported: times by names of months in other languages than English, week years; conversions that change the text they are given (`%replace`, `%enc` of more than the
 * message) are read as any text. A pattern without a message is none.
 */
export type ConfiguredLayout = (line: string, zone: TimeZone) => LogRecord | undefined;

type Field = "date" | "level" | "logger" | "thread" | "message" | "epoch";

/** Conversions that are fields of a record. What follows a name in its options only shapes it. */
const FIELDS: readonly (readonly [names: readonly string[], field: Field, text: string])[] = [
  [["d", "date"], "date", ""],
  [["p", "level", "le"], "level", String.raw`[A-Za-z]+`],
  [["c", "logger", "lo"], "logger", String.raw`[^\s]*?`],
  [["t", "tn", "thread", "threadName"], "thread", ".*?"],
  [["m", "msg", "message"], "message", ".*"],
];
/** Conversions that are of no use here, by what they may hold. */
const NUMBERS = new Set([
  "L",
  "line",
  "r",
  "relative",
  "T",
  "tid",
  "threadId",
  "tp",
  "threadPriority",
  "sn",
  "sequenceNumber",
  "N",
  "nano",
  "pid",
  "processId",
]);
/** They stand at the end, on lines of their own. */
const ENDS = new Set([
  "n",
  "ex",
  "exception",
  "throwable",
  "rEx",
  "rException",
  "rThrowable",
  "xEx",
  "xException",
  "xThrowable",
  "wEx",
  "nopex",
]);
const CONVERSION = /%(?:%|(?<width>-?\d*(?:\.-?\d+)?)(?<name>[a-zA-Z]+)(?<options>(?:\{[^}]*\})*)|(?<group>-?\d*(?:\.-?\d+)?)\()/y;

/** @returns null for a pattern by which no message could be told */
export function configuredLayout(pattern: string): ConfiguredLayout | null {
  const compiled = compile(pattern);
  if (compiled === null || !compiled.fields.includes("message")) return null;
  const { expression, fields, date } = compiled;
  return (whole, zone) => {
    // Lazy fields are tried at every place of a line: only so much of it is looked at, and the message goes on behind.
    const line = whole.slice(0, LOOKED_AT);
    const found = expression.exec(line);
    if (found === null) return undefined;
    const of = (field: Field) => (fields.includes(field) ? found[fields.indexOf(field) + 1]!.trim() : null);
    const level = levelOf(of("level") ?? "info");
    if (level === undefined) return undefined;
    const at = date === null ? null : date.read(of("date")!, zone);
    // What looks like a time and is none is no beginning of a record.
    if (date !== null && at === undefined) return undefined;
    return {
      at: at ?? null,
      level,
      logger: of("logger") || null,
      thread: of("thread") || null,
      message: found[fields.indexOf("message") + 1]! + whole.slice(LOOKED_AT),
      throwable: null,
    };
  };
}

const LOOKED_AT = 2000;

interface Compiled {
  readonly expression: RegExp;
  readonly fields: readonly Field[];
  readonly date: DateFormat | null;
}

function compile(pattern: string): Compiled | null {
  const fields: Field[] = [];
  let date: DateFormat | null = null;
  let source = "";
  let depth = 0;
  for (let i = 0; i < pattern.length;) {
    CONVERSION.lastIndex = i;
    const match = CONVERSION.exec(pattern);
    if (match === null) {
      // logback closes a group with a parenthesis, and colours the group by what follows.
      if (depth > 0 && pattern[i] === ")") depth--;
      else source += literal(pattern[i]!);
      i++;
      continue;
    }
    i += match[0].length;
    const { name, options = "", width, group } = match.groups!;
    if (match[0] === "%%") source += "%";
    else if (group !== undefined) depth++;
    else if (pattern[i] === "(") [depth, i] = [depth + 1, i + 1];
    else if (ENDS.has(name!)) break;
    else {
      const known = FIELDS.find(([names]) => names.includes(name!));
      if (known === undefined || fields.includes(known[1])) source += anything(name!, options);
      else {
        if (known[1] === "date") date = dateFormat(options);
        fields.push(known[1]);
        source += padded(known[1] === "date" ? date!.source : known[2], width);
      }
    }
  }
  return fields.length === 0 ? null : { expression: new RegExp(`^${source.trimEnd()}\\s*$`, "s"), fields, date };
}

/** Blanks of a pattern may be more in the line: fields are padded. */
const literal = (character: string): string =>
  /\s/.test(character) ? String.raw`\s+` : character.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
const padded = (text: string, width: string | undefined): string => (width ? String.raw`\s*(${text})\s*` : `(${text})`);

function anything(name: string, options: string): string {
  if (NUMBERS.has(name)) return String.raw`\s*-?\d*\s*`;
  // log4j's %style{...}, %highlight{...} and %notEmpty{...} hold a pattern of their own, which is not looked into.
  return options.includes("%") ? ".*?" : String.raw`.*?`;
}

interface DateFormat {
  readonly source: string;
  /** @returns null where the line names no day; `undefined` for what is no time */
  read(text: string, zone: TimeZone): number | null | undefined;
}

/** log4j's names of formats, by their pattern. */
const NAMED: Readonly<Record<string, string>> = {
  DEFAULT: "yyyy-MM-dd HH:mm:ss,SSS",
  ISO8601: "yyyy-MM-dd'T'HH:mm:ss,SSS",
  ISO8601_BASIC: "yyyyMMdd'T'HHmmss,SSS",
  ISO8601_PERIOD: "yyyy-MM-dd'T'HH:mm:ss.SSS",
  ISO8601_OFFSET_DATE_TIME_HHCMM: "yyyy-MM-dd'T'HH:mm:ss,SSSXXX",
  ABSOLUTE: "HH:mm:ss,SSS",
  ABSOLUTE_PERIOD: "HH:mm:ss.SSS",
  COMPACT: "yyyyMMddHHmmssSSS",
  DATE: "dd MMM yyyy HH:mm:ss,SSS",
  DATE_PERIOD: "dd MMM yyyy HH:mm:ss.SSS",
  RFC3339: "yyyy-MM-dd'T'HH:mm:ssXXX",
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Letters of java.text.SimpleDateFormat and java.time that a log's time is made of, by what they look like. */
const LETTERS: readonly (readonly [RegExp, part: string, text: string])[] = [
  [/^[yu]{3,}/, "year", String.raw`\d{4}`],
  [/^[yu]{1,2}/, "year", String.raw`\d{2}`],
  [/^M{3,}/, "month", String.raw`[A-Z][a-z]{2,8}`],
  [/^M{1,2}/, "month", String.raw`\d{1,2}`],
  [/^d{1,2}/, "day", String.raw`\d{1,2}`],
  [/^H{1,2}/, "hour", String.raw`\d{1,2}`],
  [/^h{1,2}/, "hour", String.raw`\d{1,2}`],
  [/^m{1,2}/, "minute", String.raw`\d{1,2}`],
  [/^s{1,2}/, "second", String.raw`\d{1,2}`],
  [/^[Sn]+/, "fraction", String.raw`\d{1,9}`],
  [/^a/, "half", String.raw`[AaPp]\.?[Mm]\.?`],
  [/^(?:X{1,3}|Z{1,3}|x{1,3})/, "zone", String.raw`Z|[+-]\d\d:?\d\d|[+-]\d\d`],
  [/^[Ez]+/, "", String.raw`[A-Za-z/_]+`],
];

/** `{yyyy-MM-dd HH:mm:ss}{UTC}`: the second part is the zone, which the reader is told otherwise. */
function dateFormat(options: string): DateFormat {
  const [named = "DEFAULT", zoneName] = [...options.matchAll(/\{([^}]*)\}/g)].map(([, text]) => text!.trim().replaceAll(/^"|"$/g, ""));
  if (named === "UNIX" || named === "UNIX_MILLIS") {
    const factor = named === "UNIX" ? 1000 : 1;
    return { source: String.raw`\d{9,14}`, read: (text) => Number(text) * factor };
  }
  const { source, parts } = dateParts(NAMED[named] ?? (named === "" ? NAMED["DEFAULT"]! : named));
  const expression = new RegExp(`^${source.replaceAll("(?:", "(")}$`);
  const isUtc = zoneName !== undefined && /^(?:UTC|GMT|Z|Etc\/UTC)(?:[+-]0+)?$/.test(zoneName);
  return {
    source,
    read(text, zone) {
      const found = expression.exec(text);
      if (found === null) return undefined;
      const values = new Map(parts.map((part, i) => [part, found[i + 1]!]));
      const wall = wallOf(values);
      if (wall === null) return null;
      const offset = values.get("zone");
      if (offset !== undefined) return wall - zoneOffset(offset);
      return isUtc ? wall : zone.toEpoch(wall);
    },
  };
}

function dateParts(format: string): { source: string; parts: string[] } {
  const parts: string[] = [];
  let source = "";
  for (let rest = format; rest.length > 0;) {
    const quoted = /^'([^']*)'/.exec(rest);
    const letter = LETTERS.find(([pattern]) => pattern.test(rest));
    if (quoted) [source, rest] = [source + (quoted[1] || "'").split("").map(literal).join(""), rest.slice(quoted[0].length)];
    else if (letter) {
      const [pattern, part, text] = letter;
      source += `(?:${text})`;
      parts.push(part);
      rest = rest.slice(pattern.exec(rest)![0].length);
    } else [source, rest] = [source + literal(rest[0]!), rest.slice(1)];
  }
  return { source, parts };
}

/** The time as if it were UTC; null without a day. */
function wallOf(values: ReadonlyMap<string, string>): number | null {
  const number = (part: string) => Number(values.get(part) ?? 0);
  const [year, month, day] = [values.get("year"), values.get("month"), values.get("day")];
  if (year === undefined || month === undefined || day === undefined) return null;
  const monthIndex = /\d/.test(month) ? Number(month) - 1 : MONTHS.indexOf(month.slice(0, 3));
  const half = values.get("half")?.toLowerCase()[0];
  const hour = half === undefined ? number("hour") : (number("hour") % 12) + (half === "p" ? 12 : 0);
  const fraction = Math.floor(Number(`0.${values.get("fraction") ?? 0}`) * 1000 + 1e-6);
  return Date.UTC(
    year.length === 2 ? 2000 + Number(year) : Number(year),
    monthIndex,
    Number(day),
    hour,
    number("minute"),
    number("second"),
    fraction,
  );
}
