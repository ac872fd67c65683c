import type { PatternView } from "@heaptide/model";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useAnswer } from "../api/queries.ts";
import { formatCount, formatMoment } from "../format.ts";
import { Crumb } from "../parts/page-head.tsx";
import { ProcessPicker, useProcess } from "../parts/process-picker.tsx";
import { Command, Empty, Failure, Loading } from "../parts/states.tsx";
import { type PageSearch, type Span, useSpan } from "../span.ts";

const LEVELS = ["all", "warn and worse", "error and worse"] as const;
const WORSE: Readonly<Record<(typeof LEVELS)[number], ReadonlySet<string> | null>> = {
  all: null,
  "warn and worse": new Set(["warn", "error", "fatal"]),
  "error and worse": new Set(["error", "fatal"]),
};

/** Log lines that differ only in their variable parts, the new and the rising first. */
export function Logs() {
  const { process } = useSearch({ strict: false }) as PageSearch;
  const { overview } = useProcess();
  const navigate = useNavigate();
  const { span, now } = useSpan();
  const [words, setWords] = useState("");
  const [level, setLevel] = useState<(typeof LEVELS)[number]>("warn and worse");
  const { data, error } = useAnswer<PatternView[]>(span === null ? null : "/patterns", { ...span, process });
  const shown = data?.filter(
    (one) =>
      (WORSE[level]?.has(one.level) ?? true) && `${one.pattern} ${one.logger} ${one.throwable}`.toLowerCase().includes(words.toLowerCase()),
  );
  return (
    <>
      <Crumb title="Logs">
        <b>Logs</b>
      </Crumb>
      <h1 className="hidden-text">Log patterns</h1>
      <div className="stack">
        <div className="row">
          {process !== undefined && <ProcessPicker chosen={process} overview={overview} />}
          {process !== undefined && (
            <button type="button" className="control" onClick={() => void navigate({ to: ".", search: {} })}>
              All processes
            </button>
          )}
          <span className="segments" role="group" aria-label="Level">
            {LEVELS.map((name) => (
              <button key={name} type="button" className="control" aria-pressed={level === name} onClick={() => setLevel(name)}>
                {name}
              </button>
            ))}
          </span>
          <input
            className="control"
            type="search"
            placeholder="Filter patterns"
            aria-label="Filter patterns"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <span className="tiny" role="status">
            {shown === undefined ? "" : `${shown.length} of ${data!.length} patterns`}
          </span>
        </div>
        {error && <Failure failure={error} />}
        {data === undefined && !error && <Loading what="the patterns" />}
        {data?.length === 0 && (
          <div className="panel">
            <Empty title="No log line was seen in this span">
              <p>Logs are followed as files where the process's command line names one, else by Flink's REST API.</p>
              <Command line="heaptide doctor" />
            </Empty>
          </div>
        )}
        {shown?.length === 0 && data!.length > 0 && (
          <div className="panel">
            <Empty title="No pattern of this level">
              <p>{data!.length} patterns of other levels were seen.</p>
            </Empty>
          </div>
        )}
        {span !== null && shown?.map((one) => <Pattern key={`${one.incarnation} ${one.id}`} pattern={one} span={span} now={now} />)}
      </div>
    </>
  );
}

const LONG = 400;

function Pattern({ pattern, span, now }: { readonly pattern: PatternView; readonly span: Span; readonly now: number }) {
  const { level, logger, throwable, count, first, last, isNew, rise, histogram, process } = pattern;
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={`panel pattern ${level}`}>
      <div className="pattern-head">
        <span className={`chip ${level === "error" || level === "fatal" ? "leaking" : level === "warn" ? "growing" : "unknown"}`}>
          {level}
        </span>
        {isNew && <span className="chip change">new since the last change</span>}
        {rise !== null && rise > 2 && <span className="chip growing">rising {formatCount(Math.round(rise * 10) / 10)}×</span>}
        <code className="text">{pattern.pattern.length > LONG && !isOpen ? `${pattern.pattern.slice(0, LONG)} …` : pattern.pattern}</code>
      </div>
      <div className="pattern-foot">
        <Histogram counts={histogram} label={`${count} lines over time`} />
        <span className="tiny">
          {formatCount(count)}× · first {formatMoment(first, now)} · last {formatMoment(last, now)}
          {logger === null ? "" : ` · ${logger}`}
          {throwable === null ? "" : ` · ${throwable}`}
        </span>
        <button type="button" className="control" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Less" : "Lines"}
        </button>
        <Link className="control" to="/processes/$key" params={{ key: process }} search={around(first, span)}>
          In the tide chart
        </Link>
      </div>
      {isOpen && <Lines pattern={pattern} span={span} now={now} />}
    </section>
  );
}

/** Some lines as they were written, the latest first; where none was kept, the pattern's first. */
function Lines({ pattern, span, now }: { readonly pattern: PatternView; readonly span: Span; readonly now: number }) {
  const { incarnation, id, example, first } = pattern;
  const { data } = useAnswer<{ at: number; text: string }[]>("/patterns/lines", { ...span, incarnation, pattern: id });
  if (data === undefined) return <Loading what="the lines" />;
  const lines = data.length > 0 ? data : [{ at: first, text: example }];
  return (
    <ol className="raw" tabIndex={0} aria-label="Lines">
      {lines.map(({ at, text }, i) => (
        // Two lines may be equal, time and all.
        <li key={i}>
          <time className="tiny" dateTime={new Date(at).toISOString()}>
            {formatMoment(at, now)}
          </time>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}

/** A tenth of the span around a time. */
const around = (at: number, { from, to }: Span): { from: number; to: number } => ({
  from: Math.floor(Math.max(from, at - (to - from) / 10)),
  to: Math.ceil(Math.min(to, at + (to - from) / 10)),
});

function Histogram({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const top = Math.max(...counts, 1);
  return (
    <svg className="histogram" viewBox={`0 0 ${counts.length * 4} 24`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line x1="0" x2={counts.length * 4} y1="23.500" y2="23.500" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
      {counts.map(
        (count, i) =>
          count > 0 && (
            <rect
              key={i}
              x={i * 4 + 0.5}
              width="3"
              y={23 - Math.max(2, (count / top) * 22)}
              height={Math.max(2, (count / top) * 22)}
              fill="currentColor"
            />
          ),
      )}
    </svg>
  );
}
