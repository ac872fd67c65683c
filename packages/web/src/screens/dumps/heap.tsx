import { formatBytes } from "@heaptide/base";
import type { HeapReport, Holders } from "@heaptide/hprof";
import { forecastMemory, type OpenHeap, type RetainedNode } from "@heaptide/hprof/browser";
import { useEffect, useMemo, useRef, useState } from "react";
import { FlameGraph } from "../../charts/flame-graph.tsx";
import type { FlameNode } from "../../charts/flame.ts";
import { formatCount, formatPercent, simpleName } from "../../format.ts";
import { FileFailed, Waiting } from "./file-failed.tsx";
import { HeapClasses } from "./heap-classes.tsx";
import { HeapObject } from "./heap-object.tsx";
import { HeapViews } from "./heap-views.tsx";
import { PathToRoot } from "./heap-path.tsx";
import { useAnswer, useDump } from "./use-dump.ts";

const MOST_CLASSES = 20_000;

interface Props {
  readonly file: File;
  /** Bytes of the other dumps that are open. */
  readonly beside: number;
  readonly onOpen: (heap: OpenHeap, report: HeapReport) => void;
}

/** The answer to a heap dump: who holds most, what piles up there, every class with what it retains, and every object by its address. */
export function HeapAnswer({ file, beside, onOpen }: Props) {
  const state = useDump(file, beside);
  if (state.kind === "failure") return <FileFailed {...state} />;
  if (state.kind === "open") return <OpenDump heap={state.heap} onOpen={onOpen} />;
  const { needed, usable } = forecastMemory(file.size + beside);
  return (
    <p className="muted" role="status">
      {state.stage}: {Math.round(state.done * 100)} %{" "}
      <span className="tiny">
        takes about {formatBytes(needed)} of memory; this browser may use {formatBytes(usable)}
      </span>
    </p>
  );
}

function OpenDump({ heap, onOpen }: { readonly heap: OpenHeap; readonly onOpen: Props["onOpen"] }) {
  const report = useAnswer(heap, "report", { top: MOST_CLASSES });
  const tree = useAnswer(heap, "tree");
  const [asked, setAsked] = useState<string | null>(null);
  const [address, setAddress] = useState<string | null>(null);
  const holders = useAnswer(heap, asked === null ? null : "holders", asked ?? "");
  const told = useRef(onOpen);
  useEffect(() => {
    if (report.kind === "answer") told.current(heap, report.value);
  }, [heap, report]);
  if (report.kind !== "answer") return <Waiting answer={report} />;
  const { suspects, classes, missing } = report.value;
  return (
    <div className="stack heap">
      <Totals report={report.value} />
      <MissingParts missing={missing} />
      <section>
        <h2>Suspects</h2>
        {suspects.length === 0 && <p className="muted">Nothing keeps an unusual share of the heap alive.</p>}
        {suspects.map((suspect) => (
          <Suspect key={`${suspect.class} ${suspect.address}`} suspect={suspect} onObject={setAddress} />
        ))}
      </section>
      <section>
        <h2>Who retains what</h2>
        {tree.kind === "answer" ? <RetainedTree tree={tree.value} /> : <Waiting answer={tree} />}
      </section>
      <section>
        <h2>Classes</h2>
        <HeapClasses classes={classes} onAsk={setAsked} />
      </section>
      {asked !== null &&
        (holders.kind === "answer" ? <HoldersOf holders={holders.value} onObject={setAddress} /> : <Waiting answer={holders} />)}
      <HeapObject heap={heap} address={address} onObject={setAddress} />
      <HeapViews heap={heap} onObject={setAddress} />
    </div>
  );
}

function Totals({ report: { totals, reach, dump } }: { readonly report: HeapReport }) {
  return (
    <p className="muted">
      {formatCount(totals.objects)} objects of {formatCount(totals.classes)} classes, {formatBytes(totals.bytes)};{" "}
      {formatBytes(reach.strong.bytes)} of it is alive, {formatBytes(reach.weak.bytes)} only weakly, {formatBytes(reach.unreachable.bytes)}{" "}
      not at all. Taken {new Date(dump.at).toISOString()}.
    </p>
  );
}

function RetainedTree({ tree }: { readonly tree: RetainedNode }) {
  const root = useMemo(() => flameOfTree(tree), [tree]);
  return <FlameGraph root={root} format={formatBytes} label="Retained sizes, owners on top" />;
}

function flameOfTree({ class: name, address, retained, children }: RetainedNode): FlameNode {
  const detail = address === null ? name : `${name} ${address}`;
  return { name: simpleName(name), detail, weight: retained, isUser: false, children: children.map(flameOfTree) };
}

function Suspect({
  suspect: { class: name, address, retained, share, holder, collection, elements, path },
  onObject,
}: {
  readonly suspect: HeapReport["suspects"][number];
  readonly onObject: (address: string) => void;
}) {
  return (
    <div className="suspect">
      <p>
        <b className="mono">{name}</b> retains <b>{formatBytes(retained)}</b>, {formatPercent(share)} of what is alive. Held by{" "}
        <code>{holder}</code>
        {collection && (
          <>
            , piled up in <code>{collection.class}</code> ({formatBytes(collection.retained)})
          </>
        )}
        {elements && (
          <>
            : {formatCount(elements.count)} <code>{elements.class}</code>, {formatBytes(elements.retained)}
          </>
        )}
        .{" "}
        {address !== null && (
          <button type="button" className="copy" onClick={() => onObject(address)}>
            look into it
          </button>
        )}
      </p>
      <PathToRoot path={path} onObject={onObject} />
    </div>
  );
}

function HoldersOf({ holders, onObject }: { readonly holders: Holders | null; readonly onObject: (address: string) => void }) {
  if (holders === null) return <p role="status">The dump has no such class.</p>;
  return (
    <section role="status">
      <h2>Who holds {holders.class}</h2>
      <p className="muted">
        {formatCount(holders.live)} of {formatCount(holders.instances)} instances are alive and retain {formatBytes(holders.retained)}{" "}
        together.
      </p>
      {holders.paths.map((path) => (
        <div key={`${path.root} ${path.steps.map(({ class: name }) => name).join()}`} className="holder-path">
          <span className="tiny">
            {formatPercent(path.share)} of those looked at, by {path.root}
          </span>
          <PathToRoot path={path} onObject={onObject} />
        </div>
      ))}
    </section>
  );
}

function MissingParts({ missing: { cut, damaged } }: { readonly missing: HeapReport["missing"] }) {
  if (cut === null && damaged.bytes === 0) return null;
  return (
    <p role="alert">
      <b className="up">The dump is not whole:</b>{" "}
      {cut !== null &&
        `it ends at byte ${formatCount(cut.offset)}${cut.missing === null ? "" : `, ${formatBytes(cut.missing)} too early`}. `}
      {damaged.bytes > 0 && `${formatBytes(damaged.bytes)} in ${damaged.stretches} stretches could not be read. `}
      What is shown is of the rest.
    </p>
  );
}
