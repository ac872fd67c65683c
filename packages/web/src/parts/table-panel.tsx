import { type Column, Table } from "./table.tsx";

interface Props<Row> {
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What is said where there is no row. */
  readonly empty: string;
}

/** A table under its title, as wide as the page. */
export const TablePanel = <Row,>({ title, columns, rows, keyOf, empty }: Props<Row>) => (
  <section className="panel c12">
    <h2>{title}</h2>
    {rows.length === 0 ? <p className="muted">{empty}</p> : <Table label={title} columns={columns} rows={rows} keyOf={keyOf} />}
  </section>
);
