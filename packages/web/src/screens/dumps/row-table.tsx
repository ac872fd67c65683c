import type { ReactNode } from "react";

interface Props<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly { readonly title: string; readonly number?: boolean; readonly cell: (row: Row) => ReactNode }[];
}

/** A short table of what a dump says; long ones are `HeapClasses`. */
export function RowTable<Row>({ label, rows, columns }: Props<Row>) {
  if (rows.length === 0) return null;
  return (
    <div className="scroll-x">
      <table className="plain" aria-label={label}>
        <caption className="tiny">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ title, number }) => (
              <th key={title} className={number ? "number" : ""}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map(({ title, number, cell }) => (
                <td key={title} className={number ? "number mono" : "mono"}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
