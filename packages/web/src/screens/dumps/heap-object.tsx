import { formatBytes } from "@heaptide/base";
import type { OpenHeap } from "@heaptide/hprof/browser";
import { type FormEvent, useState } from "react";
import { formatCount } from "../../format.ts";
import { Table } from "../../parts/table.tsx";
import { FileFailed } from "./file-failed.tsx";
import { PathToRoot } from "./heap-path.tsx";
import { useAnswer } from "./use-dump.ts";

interface Props {
  readonly heap: OpenHeap;
  readonly address: string | null;
  readonly onObject: (address: string) => void;
}

/** One object: its fields, what keeps it, and where that is asked what refers to it. */
export function HeapObject({ heap, address, onObject }: Props) {
  const [words, setWords] = useState("");
  const find = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim() !== "") onObject(words.trim());
  };
  return (
    <section aria-label="Object">
      <h2>One object</h2>
      <form className="row" onSubmit={find}>
        <input
          className="control"
          placeholder="0x…"
          aria-label="Address of an object"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button type="submit" className="control">
          Look into it
        </button>
      </form>
      {address === null ? (
        <p className="muted">Choose an address anywhere on this page.</p>
      ) : (
        <Inspected key={address} heap={heap} address={address} onObject={onObject} />
      )}
    </section>
  );
}

function Inspected({ heap, address, onObject }: Props & { readonly address: string }) {
  const object = useAnswer(heap, "object", address, { elements: 100 });
  const path = useAnswer(heap, "path", address);
  const [wantsReferrers, setWantsReferrers] = useState(false);
  const referrers = useAnswer(heap, wantsReferrers ? "referrers" : null, address, { top: 100 });
  if (object.kind === "failure") return <FileFailed {...object} />;
  if (object.kind === "waiting") return <p className="muted">Looking …</p>;
  const { class: name, bytes, retained, reach, text, length, values } = object.value;
  return (
    <div className="stack" data-object={address}>
      <p>
        <b className="mono">{name}</b> <code>{address}</code>: {formatBytes(bytes)} itself, retains {formatBytes(retained)}
        {length === null ? "" : `, ${formatCount(length)} elements`}; {reach === "strong" ? "alive" : reach}.
        {text !== null && <code> {JSON.stringify(text)}</code>}
      </p>
      <Table
        isDense
        label="Fields"
        rows={values}
        columns={[
          { title: "name", cell: (value) => value.name },
          { title: "value", cell: ({ value }) => <Value value={value} onObject={onObject} /> },
          { title: "declared by", cell: ({ declaredBy }) => declaredBy ?? "" },
        ]}
      />
      {path.kind === "answer" &&
        (path.value === null ? (
          <p className="muted">Nothing strong leads there.</p>
        ) : (
          <PathToRoot path={path.value} isOpen onObject={onObject} />
        ))}
      {referrers.kind === "answer" ? (
        <Table
          isDense
          label="What refers to it"
          rows={referrers.value.referrers}
          columns={[
            { title: "object", cell: (row) => <Value value={row} onObject={onObject} /> },
            { title: "by", cell: ({ by }) => by.name },
            { title: "retains", className: "r", cell: (row) => formatBytes(row.retained) },
          ]}
        />
      ) : (
        <button type="button" className="control" disabled={wantsReferrers} onClick={() => setWantsReferrers(true)}>
          {wantsReferrers ? "Reading the dump …" : "What refers to it"}
        </button>
      )}
    </div>
  );
}

type Shown = string | number | boolean | null | { readonly address: string; readonly class: string; readonly text?: string };

function Value({ value, onObject }: { readonly value: Shown; readonly onObject: (address: string) => void }) {
  if (value === null || typeof value !== "object") return <code>{String(value)}</code>;
  return (
    <>
      {value.text === undefined ? value.class : <code>{JSON.stringify(value.text)}</code>}{" "}
      <button
        type="button"
        className="copy"
        onClick={() => onObject(value.address)}
        aria-label={`Look into ${value.class} ${value.address}`}
      >
        {value.address}
      </button>
    </>
  );
}
