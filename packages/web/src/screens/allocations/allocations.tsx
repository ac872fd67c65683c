import type { AllocationsView } from "@heaptide/model";
import { useMemo, useState } from "react";
import { useAnswer } from "../../api/queries.ts";
import { FlameGraph } from "../../charts/flame-graph.tsx";
import { formatClock, formatCount } from "../../format.ts";
import { CopyButton } from "../../parts/copy.tsx";
import { EditorLink } from "../../parts/editor-link.tsx";
import { Crumb } from "../../parts/page-head.tsx";
import { ProcessPicker, useProcess } from "../../parts/process-picker.tsx";
import { Command, Empty, Failure, Loading } from "../../parts/states.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type Span, useSpan } from "../../span.ts";
import { HolderTree } from "./holders.tsx";
import { linesOf, stackFlame, type UserLine } from "./views.ts";

/** Who allocated what is still there, and who started the threads that live. */
export function Allocations() {
  const { key, overview } = useProcess();
  const { span } = useSpan();
  return (
    <>
      <Crumb title="Allocations">
        <b>Allocations</b>
      </Crumb>
      <h1 className="hidden-text">Allocations</h1>
      <div className="stack">
        <div className="row">
          <ProcessPicker chosen={key} overview={overview} />
        </div>
        {key !== null && span !== null && <Dump key={key} processKey={key} span={span} />}
        {overview?.processes.length === 0 && (
          <div className="panel">
            <Empty title="No process is watched">
              <Command line="heaptide serve --flink http://127.0.0.1:8081" />
            </Empty>
          </div>
        )}
      </div>
    </>
  );
}

function Dump({ processKey, span }: { readonly processKey: string; readonly span: Span }) {
  const [at, setAt] = useState<number | undefined>();
  const { data, error } = useAnswer<AllocationsView>(`/processes/${encodeURIComponent(processKey)}/allocations`, { ...span, at });
  if (error?.status === 404) {
    return (
      <div className="panel">
        <Empty title="There is no recording yet">
          <p>
            {error.message} A recording runs in every JVM that can be attached to; it is read when something grows, within the budget of
            pauses. A recording of your own can be dropped on the page for dumps.
          </p>
          <Command line="heaptide jfr recording.jfr" />
        </Empty>
      </div>
    );
  }
  if (error) return <Failure failure={error} />;
  if (data === undefined) return <Loading what="the recording" />;
  return <DumpView view={data} onChoose={setAt} />;
}

type Mode = "flame" | "threads" | "holders";
const MODES: readonly (readonly [Mode, string])[] = [
  ["flame", "Old objects by stack"],
  ["threads", "Thread starts by stack"],
  ["holders", "Old objects by holder"],
];

export function DumpView({ view, onChoose }: { readonly view: AllocationsView; readonly onChoose?: (at: number) => void }) {
  const [mode, setMode] = useState<Mode>("flame");
  const flame = useMemo(
    () =>
      mode === "threads" ? stackFlame("all thread starts", view, view.threadStarts) : stackFlame("all old objects", view, view.oldObjects),
    [view, mode],
  );
  return (
    <>
      <div className="row">
        <span className="segments" role="group" aria-label="What to show">
          {MODES.map(([name, says]) => (
            <button key={name} type="button" className="control" aria-pressed={mode === name} onClick={() => setMode(name)}>
              {says}
            </button>
          ))}
        </span>
        {onChoose && view.dumps.length > 1 && (
          <select
            className="control"
            aria-label="Dump of the recording"
            value={view.at}
            onChange={(event) => onChoose(Number(event.target.value))}
          >
            {view.dumps.map((time) => (
              <option key={time} value={time}>
                read at {formatClock(time)}
              </option>
            ))}
          </select>
        )}
        <span className="tiny">
          {formatCount(view.oldObjects.length)} sampled old objects, {formatCount(view.threadStarts.length)} thread starts since{" "}
          {formatClock(view.recordingFrom)}
        </span>
      </div>
      <div className="grid">
        <section className="panel c12">
          {mode === "holders" ? (
            <HolderTree view={view} />
          ) : flame.weight === 0 ? (
            <Empty title={mode === "threads" ? "No thread was started while the recording ran" : "No old object was sampled"} />
          ) : (
            <FlameGraph
              root={flame}
              format={(weight) => `${formatCount(weight)} ${mode === "threads" ? "threads" : "objects"}`}
              label="Flame graph, outermost frame on top"
            />
          )}
        </section>
        <section className="panel c12">
          <h2>Lines of your code beneath which they were made</h2>
          <UserLines view={view} />
        </section>
      </div>
    </>
  );
}

function UserLines({ view }: { readonly view: AllocationsView }) {
  const lines = useMemo(() => linesOf(view), [view]);
  if (lines.length === 0) return <p className="muted">No frame of user code stands in any stack.</p>;
  return (
    <Table label="Lines of your code" columns={LINE_COLUMNS} rows={lines.slice(0, 20)} keyOf={({ line, place }) => `${line} ${place}`} />
  );
}

const LINE_COLUMNS: readonly Column<UserLine>[] = [
  {
    title: "line",
    className: "mono user-line lead",
    cell: ({ line, place, target }) => (
      <>
        {line} <span className="tiny">{place}</span> <CopyButton text={place} what="line" /> <EditorLink line={target} />
      </>
    ),
  },
  { title: "old objects", className: "r", cell: ({ objects }) => formatCount(objects) },
  { title: "threads started", className: "r", cell: ({ threads }) => formatCount(threads) },
  { title: "classes", className: "mono tiny", cell: ({ classes }) => classes.slice(0, 4).join(", ") },
];
