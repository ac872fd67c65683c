import type { SourceAccount } from "./account.ts";
import type { AuditResult } from "./audit.ts";

const COLUMNS = ["captured", "processed", "duplicates", "rejected", "missing", "twice", "served", "unserved", "servedTwice"] as const;

export function formatAudit(result: AuditResult): string {
  const { nights, transport, kills, seconds, sources, troubles, unexpected, complete } = result;
  const row = (cells: readonly string[]) => cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(13))).join("");
  const counts = (of: (column: (typeof COLUMNS)[number]) => number) => COLUMNS.map((column) => of(column).toLocaleString("en"));
  const total = (column: keyof SourceAccount) => sources.reduce((sum, source) => sum + Number(source[column]), 0);
  return [
    `${nights} nights over ${transport}, TaskManager killed ${kills} times, ${seconds} s`,
    row(["source", ...COLUMNS.map((column) => (column === "servedTwice" ? "served twice" : column))]),
    ...sources.map((source) => row([source.source, ...counts((column) => source[column])])),
    row(["all", ...counts(total)]),
    ...(troubles.length === 0 ? [] : ["", "gaps made on purpose"]),
    ...troubles.map(
      ({ what, nights: on, found, said }) => `${found ? "found " : "MISSED"}  ${what.padEnd(24)} ${on.join(" ").padEnd(34)} ${said}`,
    ),
    ...unexpected.map((gap) => `UNEXPECTED  ${gap}`),
    "",
    complete
      ? `Every event is accounted for: captured = processed + duplicates + rejected, and each processed one is served once.${troubles.length === 0 ? "" : " Every gap was found with its reason."} No other gap was reported.`
      : "NOT complete: see missing, twice, unserved, and the gaps.",
  ].join("\n");
}
