/**
 * Format: metrics as text, Prometheus's exposition format 0.0.4 and OpenMetrics 1.0, one sample a line; UTF-8.
 * Written by Prometheus client libraries, the JMX exporter, Flink's Prometheus reporter, and everything else that Prometheus scrapes.
 * Layouts: prometheus.io/docs/instrumenting/exposition_formats, github.com/prometheus/OpenMetrics.
 * Not supported: protobuf; exemplars and times of samples are passed over. A line that is none is left out: others are still good.
 */
export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][\w:.]*/y;
const VALUE = /\s*([+-]?(?:\d[\d.]*(?:e[+-]?\d+)?|\.\d+|inf(?:inity)?)|nan)(?=[\s#]|$)/iy;

/** Linear in the text, with one object for each sample. */
export function* parseMetricsText(text: string): Generator<ScrapedSample, undefined> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    if (text.charCodeAt(start) !== 0x23) {
      const sample = sampleIn(text.slice(start, end));
      if (sample !== null) yield sample;
    }
    start = end + 1;
  }
}

function sampleIn(line: string): ScrapedSample | null {
  const name = match(NAME, line, 0)?.[0];
  if (name === undefined) return null;
  const labelled = line[name.length] === "{" ? labelsAt(line, name.length + 1) : { labels: {}, end: name.length };
  const value = labelled && match(VALUE, line, labelled.end)?.[1];
  return labelled && value ? { name, labels: labelled.labels, value: numberOf(value) } : null;
}

/** @param at behind the opening brace. @returns the labels and the place behind the closing one; null where there is none */
function labelsAt(line: string, at: number): { labels: Record<string, string>; end: number } | null {
  const labels: Record<string, string> = {};
  for (let i = at; i < line.length;) {
    if (line[i] === "}") return { labels, end: i + 1 };
    if (line[i] === "," || line[i] === " ") {
      i++;
      continue;
    }
    const name = match(NAME, line, i)?.[0];
    if (name === undefined || line.slice(i + name.length, i + name.length + 2) !== '="') return null;
    const text = quotedAt(line, i + name.length + 2);
    if (text === null) return null;
    labels[name] = text.value;
    i = text.end;
  }
  return null;
}

/** Escapes are `\\`, `\"` and `\n`; another character behind a backslash stands for both. */
function quotedAt(line: string, at: number): { value: string; end: number } | null {
  let value = "";
  for (let i = at; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') return { value, end: i + 1 };
    if (character !== "\\") {
      value += character;
      continue;
    }
    const next = line[++i] ?? "";
    value += next === "n" ? "\n" : next === "\\" || next === '"' ? next : `\\${next}`;
  }
  return null;
}

function match(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

const numberOf = (text: string): number => {
  const plain = text.replace(/^\+/, "").toLowerCase();
  if (plain.startsWith("inf")) return Infinity;
  return plain.startsWith("-inf") ? -Infinity : Number(plain === "nan" ? Number.NaN : plain);
};
