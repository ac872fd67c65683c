import type { Answer } from "@heaptide/hprof";
import type { HeapQueryResult } from "../commands/heap-query.ts";
import type { Terminal } from "../terminal.ts";
import { formatCount, table } from "./table.ts";

export function formatHeapQuery({ columns, rows, classes, matched, complete }: HeapQueryResult, terminal: Terminal): string {
  const of = `of ${formatCount(classes)} ${classes === 1 ? "class" : "classes"}`;
  if (rows.length === 0) return `No object ${of} matches.`;
  const shown = columns.map((title, i) => ({
    title,
    align: rows.some((row) => typeof row[i] === "number") ? ("right" as const) : ("left" as const),
    cell: (row: readonly Answer[]) => answerText(row[i] ?? null),
  }));
  const more = complete ? "" : "; there are more: --top or limit";
  return [table(shown, rows, terminal.width), "", `${formatCount(matched)} objects ${of} match${more}.`].join("\n");
}

export function answerText(value: Answer): string {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 ? formatCount(value) : String(value);
  if (typeof value !== "object") return printable(String(value));
  return value.text === undefined ? `${value.class} ${value.address}` : JSON.stringify(value.text);
}

/** What a dump holds may hold anything: nothing of it may move the cursor. */
export function printable(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, "·");
}
