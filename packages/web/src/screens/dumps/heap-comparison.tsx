import { formatBytes } from "@heaptide/base";
import { change, compareHeaps, type OpenHeap } from "@heaptide/hprof/browser";
import { useMemo } from "react";
import { formatCount, formatSigned } from "../../format.ts";
import { Table } from "../../parts/table.tsx";
import { Waiting } from "./file-failed.tsx";
import { useAnswer } from "./use-dump.ts";

/** A dump that is open, by the name of its file. */
export interface NamedDump {
  readonly name: string;
  readonly at: number;
  readonly heap: OpenHeap;
}

const SHOWN = 30;

/** Two dumps of a process: classes, places and single objects that grew. */
export function HeapComparison({ earlier, later }: { readonly earlier: NamedDump; readonly later: NamedDump }) {
  const [first, last] = [useAnswer(earlier.heap, "summary", earlier.name), useAnswer(later.heap, "summary", later.name)];
  const compared = useMemo(
    () => (first.kind === "answer" && last.kind === "answer" ? compareHeaps([first.value, last.value]) : null),
    [first, last],
  );
  const title = (
    <h2>
      {later.name} compared with {earlier.name}
    </h2>
  );
  if (compared === null)
    return (
      <section className="panel" aria-label="Comparison">
        {title}
        <Waiting answer={first.kind === "answer" ? last : first} />
      </section>
    );
  const changes = [
    { title: "instances", className: "r", cell: (row: Row) => formatSigned(change(row.instances)) },
    { title: "bytes", className: "r", cell: (row: Row) => formatSigned(change(row.bytes), formatBytes) },
    { title: "retained", className: "r", cell: (row: Row) => formatSigned(change(row.retained), formatBytes) },
    { title: "class", cell: (row: Row) => row.class },
  ];
  const moved = compared.objects.filter(({ retained }) => retained[0] !== retained[1]);
  return (
    <section className="panel stack" aria-label="Comparison">
      {title}
      {compared.dumps.some(({ whole }) => !whole) && (
        <p role="alert">One of them is not whole: what is missing looks like growth or loss.</p>
      )}
      {compared.classes.length === 0 && <p className="muted">Nothing has changed.</p>}
      <Table isDense label="Classes" rows={compared.classes.slice(0, SHOWN)} columns={changes} />
      <Table
        isDense
        label="Behind which place they grew"
        rows={compared.holders.slice(0, SHOWN)}
        columns={[...changes, { title: "held by", cell: ({ holder }) => holder }]}
      />
      <Table
        isDense
        label="Single objects"
        rows={moved.slice(0, SHOWN)}
        columns={[
          { title: "retained", className: "r", cell: ({ retained }) => formatSigned(change(retained), formatBytes) },
          { title: "known by", cell: ({ matched }) => matched },
          { title: "object", cell: (row) => row.class },
          { title: "path", cell: ({ path }) => path ?? "" },
        ]}
      />
      <p className="tiny">{formatCount(compared.classes.length)} classes changed.</p>
    </section>
  );
}

interface Row {
  readonly class: string;
  readonly instances: readonly number[];
  readonly bytes: readonly number[];
  readonly retained: readonly number[];
}
