import { formatBytes } from "@heaptide/base";
import type { OpenHeap } from "@heaptide/hprof/browser";
import { type ReactNode, useState } from "react";
import { formatCount, formatPercent } from "../../format.ts";
import { Table } from "../../parts/table.tsx";
import { Waiting } from "./file-failed.tsx";
import { useAnswer } from "./use-dump.ts";

interface Props {
  readonly heap: OpenHeap;
  readonly onObject: (address: string) => void;
}

const TOP = { top: 30 };

/** Further sides of a dump. Each is asked for when it is opened: some read the whole dump. */
const VIEWS: readonly { readonly title: string; readonly View: (props: Props) => ReactNode }[] = [
  { title: "Threads", View: Threads },
  { title: "Class loaders", View: Loaders },
  { title: "Repeated texts", View: Texts },
  { title: "Collections", View: Collections },
  { title: "Unreachable", View: Garbage },
];

export function HeapViews({ heap, onObject }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const view = VIEWS.find(({ title }) => title === chosen);
  return (
    <section aria-label="More of the dump">
      <h2>More of it</h2>
      <div className="row">
        {VIEWS.map(({ title }) => (
          <button
            key={title}
            type="button"
            className="control"
            aria-pressed={title === chosen}
            onClick={() => setChosen(title === chosen ? null : title)}
          >
            {title}
          </button>
        ))}
      </div>
      {view && <view.View heap={heap} onObject={onObject} />}
    </section>
  );
}

function Address({ address, onObject }: { readonly address: string; readonly onObject: Props["onObject"] }) {
  return (
    <button type="button" className="copy" onClick={() => onObject(address)}>
      {address}
    </button>
  );
}

function Threads({ heap, onObject }: Props) {
  const threads = useAnswer(heap, "threads");
  if (threads.kind !== "answer") return <Waiting answer={threads} />;
  return threads.value.slice(0, TOP.top).map(({ name, class: kind, address, retained, stack }) => (
    <details key={address}>
      <summary>
        <b>{name ?? kind}</b> retains {formatBytes(retained)} <span className="tiny">{stack[0]?.frame}</span>
      </summary>
      <ol className="path mono">
        {stack.map(({ frame, locals }, depth) => (
          <li key={depth}>
            {frame}
            {locals.map((local) => (
              <div key={local.address} className="tiny">
                {local.class} <Address address={local.address} onObject={onObject} /> retains {formatBytes(local.retained)}
              </div>
            ))}
          </li>
        ))}
      </ol>
    </details>
  ));
}

function Loaders({ heap, onObject }: Props) {
  const loaders = useAnswer(heap, "loaders", TOP);
  if (loaders.kind !== "answer") return <Waiting answer={loaders} />;
  return (
    <Table
      isDense
      label="Class loaders, and what keeps each"
      rows={loaders.value}
      columns={[
        { title: "loader", cell: (row) => `${row.class}${row.name === null ? "" : ` "${row.name}"`}` },
        { title: "address", cell: ({ address }) => <Address address={address} onObject={onObject} /> },
        { title: "classes", className: "r", cell: ({ classes }) => formatCount(classes) },
        { title: "retained", className: "r", cell: ({ retained }) => formatBytes(retained) },
        { title: "held by", cell: ({ holder }) => holder },
      ]}
    />
  );
}

function Texts({ heap, onObject }: Props) {
  const strings = useAnswer(heap, "strings", TOP);
  if (strings.kind !== "answer") return <Waiting answer={strings} />;
  const { copies, arrays, wasted, texts } = strings.value;
  return (
    <>
      <p className="muted">
        {formatCount(copies)} of {formatCount(arrays)} texts are copies: {formatBytes(wasted)} wasted.
      </p>
      <Table
        isDense
        label="Repeated texts"
        rows={texts}
        columns={[
          { title: "wasted", className: "r", cell: (row) => formatBytes(row.wasted) },
          { title: "copies", className: "r", cell: (row) => formatCount(row.count) },
          { title: "text", cell: ({ text }) => JSON.stringify(text) },
          { title: "mostly held by", cell: ({ holder }) => holder ?? "nothing" },
          { title: "one of them", cell: ({ example }) => <Address address={example} onObject={onObject} /> },
        ]}
      />
    </>
  );
}

function Collections({ heap, onObject }: Props) {
  const fill = useAnswer(heap, "collections", TOP);
  if (fill.kind !== "answer") return <Waiting answer={fill} />;
  const share = (value: number | null) => (value === null ? "" : formatPercent(value));
  return (
    <>
      <Table
        isDense
        label="Collections"
        rows={fill.value.collections}
        columns={[
          { title: "wasted", className: "r", cell: (row) => formatBytes(row.wasted) },
          { title: "count", className: "r", cell: (row) => formatCount(row.count) },
          { title: "empty", className: "r", cell: (row) => formatCount(row.empty) },
          { title: "filled", className: "r", cell: (row) => share(row.fill) },
          { title: "collisions", className: "r", cell: (row) => share(row.collisions) },
          { title: "class", cell: (row) => row.class },
        ]}
      />
      <Table
        isDense
        label="The arrays with most empty slots"
        rows={fill.value.sparse}
        columns={[
          { title: "wasted", className: "r", cell: (row) => formatBytes(row.wasted) },
          { title: "used", className: "r", cell: (row) => `${formatCount(row.used)} of ${formatCount(row.length)}` },
          { title: "class", cell: (row) => row.class },
          { title: "address", cell: ({ address }) => <Address address={address} onObject={onObject} /> },
        ]}
      />
    </>
  );
}

function Garbage({ heap, onObject }: Props) {
  const garbage = useAnswer(heap, "unreachable", TOP);
  if (garbage.kind !== "answer") return <Waiting answer={garbage} />;
  if (garbage.value.objects === 0) return <p className="muted">Nothing is unreachable: the dump is one of live objects.</p>;
  return (
    <>
      <p className="muted">
        {formatCount(garbage.value.objects)} objects, {formatBytes(garbage.value.bytes)}.
      </p>
      <Table
        isDense
        label="What was at the top of it"
        rows={garbage.value.tops}
        columns={[
          { title: "retained", className: "r", cell: (row) => formatBytes(row.retained) },
          { title: "class", cell: (row) => row.class },
          { title: "address", cell: ({ address }) => <Address address={address} onObject={onObject} /> },
        ]}
      />
      <Table
        isDense
        label="Its classes"
        rows={garbage.value.classes}
        columns={[
          { title: "objects", className: "r", cell: (row) => formatCount(row.count) },
          { title: "bytes", className: "r", cell: (row) => formatBytes(row.bytes) },
          { title: "class", cell: (row) => row.class },
        ]}
      />
    </>
  );
}
