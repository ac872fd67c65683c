import { formatBytes } from "@heaptide/base";
import type { HeapReport, Holders } from "@heaptide/hprof";
import { useEffect, useRef, useState } from "react";
import { FlameGraph } from "../../charts/flame-graph.tsx";
import { formatCount, formatPercent } from "../../format.ts";
import { HeapClasses } from "./heap-classes.tsx";
import { FileFailed } from "./file-failed.tsx";
import type { FileFailure, HeapQuestion, HeapRead, HeapReply } from "./reply.ts";

/** The answer to a heap dump: who holds most, what piles up there, and every class with what it retains. */
export function HeapAnswer({ file, onRead }: { readonly file: File; readonly onRead: (report: HeapReport) => void }) {
  const { read, progress, failure, holders, ask } = useHeap(file, onRead);
  if (failure !== null) return <FileFailed {...failure} />;
  if (read === null) {
    return (
      <p className="muted" role="status">
        {progress === null ? "Reading …" : `${progress.stage}: ${Math.round(progress.done * 100)} %`}
      </p>
    );
  }
  const { totals, reach, suspects, missing, classes } = read.report;
  return (
    <div className="stack">
      <p className="muted">
        {formatCount(totals.objects)} objects of {formatCount(totals.classes)} classes, {formatBytes(totals.bytes)};{" "}
        {formatBytes(reach.strong.bytes)} of it is alive, {formatBytes(reach.weak.bytes)} only weakly,{" "}
        {formatBytes(reach.unreachable.bytes)} not at all.
      </p>
      <MissingParts missing={missing} />
      <section>
        <h2>Suspects</h2>
        {suspects.length === 0 && <p className="muted">Nothing keeps an unusual share of the heap alive.</p>}
        {suspects.map((suspect) => (
          <Suspect key={`${suspect.class} ${suspect.address}`} suspect={suspect} />
        ))}
      </section>
      <section>
        <h2>Who retains what</h2>
        <FlameGraph root={read.tree} format={formatBytes} label="Retained sizes, owners on top" />
      </section>
      <section>
        <h2>Classes</h2>
        <HeapClasses classes={classes} onAsk={ask} />
      </section>
      {holders !== null && <HoldersOf holders={holders} />}
    </div>
  );
}

function useHeap(file: File, onRead: (report: HeapReport) => void) {
  const [read, setRead] = useState<HeapRead | null>(null);
  const [progress, setProgress] = useState<{ readonly stage: string; readonly done: number } | null>(null);
  const [failure, setFailure] = useState<FileFailure | null>(null);
  const [holders, setHolders] = useState<Holders | null>(null);
  const worker = useRef<Worker | null>(null);
  const told = useRef(onRead);
  useEffect(() => {
    const own = new Worker(new URL("./heap.worker.ts", import.meta.url), { type: "module" });
    own.addEventListener("message", ({ data }: MessageEvent<HeapReply>) => {
      if (data.kind === "progress") setProgress(data);
      else if (data.kind === "holders") setHolders(data.holders);
      else if (data.kind === "failure") setFailure(data);
      else {
        setRead(data);
        told.current(data.report);
      }
    });
    own.addEventListener("error", ({ message }) =>
      setFailure({
        kind: "failure",
        code: "BUG",
        message: `Reading failed: ${message || "the worker ended"}.`,
        next: "heaptide heap on the command line",
      }),
    );
    own.postMessage({ ask: "open", file } satisfies HeapQuestion, []);
    worker.current = own;
    return () => own.terminate();
  }, [file]);
  const ask = (name: string) => worker.current?.postMessage({ ask: "holders", class: name } satisfies HeapQuestion, []);
  return { read, progress, failure, holders, ask };
}

function Suspect({
  suspect: { class: name, retained, share, holder, collection, elements, path },
}: {
  readonly suspect: HeapReport["suspects"][number];
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
        .
      </p>
      <PathToRoot path={path} />
    </div>
  );
}

function PathToRoot({ path }: { readonly path: HeapReport["suspects"][number]["path"] }) {
  return (
    <details>
      <summary className="tiny">the path from its root</summary>
      <ol className="path mono">
        <li>{path.root}</li>
        {path.steps.map((step) => (
          <li key={step.address}>
            {step.class}{" "}
            <span className="tiny">
              {step.address} retains {formatBytes(step.retained)}
              {step.repeated > 1 ? `, ${formatCount(step.repeated)} in a row` : ""}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function HoldersOf({ holders }: { readonly holders: Holders }) {
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
          <PathToRoot path={path} />
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
