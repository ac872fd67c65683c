import { formatBytes, formatDuration, formatInterval, formatRatio } from "@heaptide/base";
import type { Finding, Verdict, Why } from "@heaptide/model";
import type { Style, Terminal } from "../terminal.ts";

export const STYLE_OF: Readonly<Record<Verdict, Style>> = {
  leaking: "red",
  growing: "yellow",
  healthy: "green",
  "warming-up": "cyan",
  unknown: "dim",
};

/** Entries of a list that are shown; the rest is counted. */
const SHOWN = 4;

/** One finding: its headline, then a line for each thing that is known. */
export function formatFinding(finding: Finding, terminal: Terminal, { why }: { why: boolean }): string {
  const head = `${terminal.style(STYLE_OF[finding.verdict], finding.verdict.toUpperCase())}  ${finding.headline}`;
  const rows = [...resourceRows(finding), ...causeRows(finding), ...sinceRows(finding), ...verificationRows(finding)];
  const missing = finding.missing.map(({ what, why: reason, next }) => `  not known: ${what} (${reason})\n    next: ${next}`);
  const evidence = why ? [...evidenceLines(finding), ...(finding.why ? whyLines(finding.why) : [])] : [];
  return [head, "", tableOf(rows), ...evidence, ...missing].join("\n");
}

function shortList(entries: readonly string[]): string {
  const rest = entries.length - SHOWN;
  return [...entries.slice(0, SHOWN), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

type Row = readonly [name: string, text: string];

function resourceRows({ process, incarnation, resource, slope, limit, exhaustion }: Finding): Row[] {
  const size = (value: number) => (slope.unit === "B/s" ? `${formatBytes(value)}/s` : `${value.toPrecision(3)}/s`);
  const until = limit === null ? "" : ` of ${limit.unit === "B" ? formatBytes(limit.value) : limit.value} (${limit.source})`;
  const rows: Row[] = [
    ["process", `${process.name}${incarnation.pid === null ? "" : `, pid ${incarnation.pid}`}`],
    [resource, `grows by ${size(slope.value)} [${size(slope.low)}, ${size(slope.high)}]${until}`],
  ];
  if (exhaustion === null) return rows;
  return [
    ...rows,
    ["exhaustion", `in ${formatDuration(exhaustion.low * 1000)} to ${formatDuration(exhaustion.high * 1000)}, if nothing changes`],
  ];
}

function causeRows({ rootClass, group, law, line, holder }: Finding): Row[] {
  const rows: Row[] = [];
  if (rootClass !== null) rows.push(["class", rootClass]);
  const others = group.filter((member) => member.class !== rootClass);
  if (others.length > 0) rows.push(["with each", shortList(others.map((member) => `${ratio(member.ratio)} ${member.class}`))]);
  if (law !== null) rows.push(["law", `${formatInterval(law.ratio)} per ${driverName(law)}`]);
  if (law !== null && law.rivals.length > 0)
    rows.push(["or per", shortList(law.rivals.map((rival) => `${driverName(rival)} (${formatRatio(rival.ratio.value)})`))]);
  if (line !== null) rows.push(["line", `${line.class}.${line.method} (${line.file ?? "?"}:${line.line})`]);
  if (holder !== null) rows.push(["held by", holder.description]);
  return rows;
}

function sinceRows({ onset, change, otherChanges, logs }: Finding): Row[] {
  const time = (iso: string) => iso.slice(11, 19);
  const rows: Row[] = [["since", `${time(onset.from)} to ${time(onset.to)} UTC`]];
  if (change !== null) rows.push(["change", `${change.title} at ${time(change.at)}`]);
  if (otherChanges.length > 0) rows.push(["or", otherChanges.map((other) => `${other.title} at ${time(other.at)}`).join("; ")]);
  for (const { pattern, count, level } of logs) rows.push(["log", `${level} ×${count}: ${pattern.slice(0, 120)}`]);
  return rows;
}

function verificationRows({ verification }: Finding): Row[] {
  if (verification === null) return [];
  const needed = verification.needed === null ? "" : `; still needed: ${verification.needed}`;
  return [["fix", `${verification.verdict}: ${verification.statement}${needed}`]];
}

function evidenceLines({ evidence }: Finding): string[] {
  return [
    "",
    "  evidence",
    ...evidence.map((one) => {
      const numbers = Object.entries(one.numbers).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
      return `  ${one.for ? "+" : "-"} ${one.kind}: ${one.statement} (${one.source})${numbers.length > 0 ? `\n      ${numbers.join(", ")}` : ""}`;
    }),
    "",
  ];
}

/** Every test with its numbers, passed or failed, and what would change the verdict. */
export function whyLines({ tests, wouldChange }: Why): string[] {
  const numbersOf = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
      .join(", ");
  const rows = tests.map(({ what, passed, statement, numbers }) => {
    const figures = numbersOf(numbers);
    return `  ${passed ? "passed" : "failed"}  ${what}: ${statement}.${figures === "" ? "" : `\n            ${figures}`}`;
  });
  return ["  tests", ...rows, "", "  what would change it", ...wouldChange.map((text) => `  ${text}`), ""];
}

function driverName({ kind, operator, job }: { kind: string; operator: string | null; job: string | null }): string {
  if (kind === "records-in") return `element through ${operator ?? "?"}${job === null ? "" : ` of ${job}`}`;
  if (kind === "wall-time") return "second";
  return kind.replace("-", " ").replace(/s$/, "");
}

const ratio = (value: number): string => Number(value.toPrecision(3)).toString();

/** Names in one column, texts in the other. */
export function tableOf(rows: readonly Row[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
}
