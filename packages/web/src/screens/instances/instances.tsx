import { formatBytes, formatDuration } from "@heaptide/base";
import type { Diagnosis, SnapshotComparison } from "@heaptide/model";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { useAnswer } from "../../api/queries.ts";
import { formatClock, formatCount, formatSigned } from "../../format.ts";
import { useShortcuts } from "../../keys.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { ProcessPicker, useProcess } from "../../parts/process-picker.tsx";
import { Command, Empty, Failure, Loading } from "../../parts/states.tsx";
import { type Span, useSpan } from "../../span.ts";
import { ClassTable } from "./class-table.tsx";
import { Counting } from "./counting.tsx";
import { rowsOf, type SortBy } from "./rows.ts";

/** What the heap is made of, and what of it grows. */
export function Instances() {
  const { key, overview } = useProcess();
  const { span } = useSpan();
  return (
    <>
      <Crumb title="Instances">
        <b>Instances</b>
      </Crumb>
      <h1 className="hidden-text">Instances</h1>
      <div className="stack">
        <div className="row">
          <ProcessPicker chosen={key} overview={overview} />
          {key !== null && span !== null && <Counting processKey={key} span={span} />}
        </div>
        {key !== null && span !== null && <Comparison key={key} processKey={key} span={span} />}
        {overview?.processes.length === 0 && (
          <div className="panel">
            <Empty title="No process is watched">
              <p>Classes are counted in every JVM that can be attached to.</p>
              <Command line="heaptide ps" />
            </Empty>
          </div>
        )}
      </div>
    </>
  );
}

function Comparison({ processKey, span }: { readonly processKey: string; readonly span: Span }) {
  const [chosen, setChosen] = useState<{ readonly before?: number; readonly after?: number }>({});
  const [words, setWords] = useState("");
  const [sortBy, setSortBy] = useState<SortBy>("bytesGrown");
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const { data, error } = useAnswer<SnapshotComparison>(`/processes/${encodeURIComponent(processKey)}/comparison`, { ...span, ...chosen });
  const filter = useRef<HTMLInputElement>(null);
  const deferred = useDeferredValue(words);
  const findings = useMemo(() => (diagnosis?.findings ?? []).filter(({ process }) => process.key === processKey), [diagnosis, processKey]);
  const rows = useMemo(
    () => (data === undefined ? [] : rowsOf(data, { words: deferred, sortBy, unfolded, findings })),
    [data, deferred, sortBy, unfolded, findings],
  );
  useShortcuts(useMemo(() => [{ keys: "/", says: "filter classes", run: () => filter.current?.focus() }], []));
  if (error?.status === 404) {
    return (
      <div className="panel">
        <Empty title="No class was counted in this span">
          <p>{error.message} A count needs a JVM that can be attached to, and counting to be on. This says what is in the way:</p>
          <Command line="heaptide doctor" />
        </Empty>
      </div>
    );
  }
  if (error) return <Failure failure={error} />;
  if (data === undefined) return <Loading what="the classes" />;
  return (
    <div className="panel flush">
      <div className="row compare">
        <input
          ref={filter}
          className="control grow"
          type="search"
          placeholder="Filter classes   /"
          aria-label="Filter classes"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <SnapshotSelect label="Before" times={data.at} chosen={data.before} onChoose={(before) => setChosen({ ...chosen, before })} />
        <SnapshotSelect label="After" times={data.at} chosen={data.after} onChoose={(after) => setChosen({ ...chosen, after })} />
        <span className="tiny" role="status">
          {formatCount(rows.length)} of {formatCount(data.classes.name.length)} classes · {data.at.length} snapshots ·{" "}
          {formatDuration(data.after - data.before)} apart ·{" "}
          {formatSigned(total(data.classes.bytes) - total(data.classes.bytesBefore), formatBytes)}
        </span>
      </div>
      <ClassTable
        rows={rows}
        sortBy={sortBy}
        onSort={setSortBy}
        unfolded={unfolded}
        onFold={(name) => setUnfolded((old) => (old.has(name) ? new Set([...old].filter((one) => one !== name)) : new Set([...old, name])))}
      />
    </div>
  );
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function SnapshotSelect({
  label,
  times,
  chosen,
  onChoose,
}: {
  label: string;
  times: readonly number[];
  chosen: number;
  onChoose: (at: number) => void;
}) {
  return (
    <label className="tiny">
      {label}{" "}
      <select className="control" value={chosen} onChange={(event) => onChoose(Number(event.target.value))}>
        {times.map((at) => (
          <option key={at} value={at}>
            {formatClock(at)}
          </option>
        ))}
      </select>
    </label>
  );
}
