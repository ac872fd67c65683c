import type { Test, Why } from "@heaptide/model";
import { type Column, Table } from "./table.tsx";

/** How a verdict came about: every question that was asked, the answer with its numbers, and what would change it. */
export const Reasons = ({ why: { tests, wouldChange } }: { readonly why: Why }) => (
  <>
    <Table label="Tests" className="tests" columns={COLUMNS} rows={tests} />
    {wouldChange.length > 0 && (
      <>
        <h2 className="would-change">What would change it</h2>
        <ul className="would-change">
          {wouldChange.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </>
    )}
  </>
);

const COLUMNS: readonly Column<Test>[] = [
  { title: "asked for", className: "lead", cell: ({ what }) => what },
  { title: "passed", cell: ({ passed }) => <span className={`passed ${passed ? "yes" : "no"}`}>{passed ? "yes" : "no"}</span> },
  { title: "because", cell: ({ statement }) => statement },
];
