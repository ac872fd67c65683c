import type { ReactNode } from "react";

export interface Column<Row> {
  readonly title: string;
  /** Of its cells and its head: `r` for numbers, `course` for a line over time, `lead` for what a row is about. */
  readonly className?: string;
  readonly cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  /** What it is a table of. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf?: (row: Row, place: number) => string | number;
  readonly className?: string;
  /** Small, with its label above. */
  readonly isDense?: boolean;
}

/** Rows and columns; on a narrow screen each row is a card whose lines bear the names of the columns. Long tables are virtual instead, and drawn by themselves. */
export function Table<Row>({ label, columns, rows, keyOf = (_, place) => place, className = "", isDense = false }: Props<Row>) {
  return (
    <div className="scroll-x" tabIndex={0} role="group" aria-label={label}>
      <table className={`cards ${isDense ? "dense" : ""} ${className}`}>
        {isDense && <caption className="tiny">{label}</caption>}
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} className={column.className}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={keyOf(row, place)}>
              {columns.map((column) => (
                <td key={column.title} className={column.className} data-title={column.title}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
