import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "../terminal.ts";

/** One column: numbers go right, so that their digits stand in line; names go left. */
export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => string;
}

const GAP = "  ";

/**
 * Aligned columns with a head; cells may hold colours. The last column is cut with `…` where the line would exceed `width`.
 * Units belong into the cells (`1.5 MiB`) or the title, never nowhere.
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = Infinity): string {
  const head = columns.map((column) => column.title);
  const lines = [head, ...rows.map((row) => columns.map((column) => column.cell(row)))];
  const widths = columns.map((_, i) => lines.reduce((most, line) => Math.max(most, lengthOf(line[i]!)), 0));
  return lines.map((line) => cut(join(line, columns, widths), width)).join("\n");
}

function join<Row>(cells: readonly string[], columns: readonly Column<Row>[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => {
      const padding = " ".repeat(widths[i]! - lengthOf(cell));
      return columns[i]!.align === "right" ? padding + cell : cell + padding;
    })
    .join(GAP)
    .trimEnd();
}

function lengthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

/** A line with colours is left alone where it is too long: cutting inside an escape sequence would colour the rest of the screen. */
function cut(line: string, width: number): string {
  if (line.length <= width || lengthOf(line) !== line.length) return line;
  return `${line.slice(0, width - 1)}…`;
}

/** `1234567` -> `1,234,567`. By hand: `Intl.NumberFormat` takes 10 ms to load its data, a sixth of the start-up of `heaptide ps`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `+1,234`, `-12 B`, `0`. */
export function formatSigned(value: number, format: (value: number) => string): string {
  return `${value > 0 ? "+" : value < 0 ? "-" : ""}${format(Math.abs(value))}`;
}

/** A title above a table; nothing without rows. */
export function section<Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): string[] {
  return rows.length === 0 ? [] : [terminal.style("bold", title), table(columns, rows, terminal.width)];
}
