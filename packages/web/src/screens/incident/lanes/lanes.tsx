import { formatBytes } from "@heaptide/base";
import type { ChangeSeen, Finding, FlowView, Measure, MeasureSeries, PatternView, ThinnedLife } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAnswer } from "../../api/queries.ts";
import { tickLabel, timeTicks } from "../../charts/ticks.ts";
import { topOf, valueNear } from "../../charts/tide/tide.ts";
import { formatClock, formatCount, formatMoment } from "../../format.ts";

const WIDTH = 1000;
const POINTS = 500;
const MEASURES: readonly Measure[] = ["heap.used", "heap.live", "heap.after-gc", "threads"];
const NONE: readonly ThinnedLife[] = [];

interface Props {
  readonly finding: Finding;
  readonly span: { readonly from: number; readonly to: number };
}

/** Everything that happened, lane by lane on one axis, with the changes drawn through all of them. */
export function StoryLanes({ finding, span }: Props) {
  const query = { from: Math.floor(span.from), to: Math.ceil(span.to) };
  const key = encodeURIComponent(finding.process.key);
  const { data: measures } = useAnswer<MeasureSeries[]>(`/processes/${key}/series`, {
    ...query,
    measure: MEASURES.join(","),
    points: POINTS,
  });
  const { data: flow } = useAnswer<FlowView>("/flow", { ...query, points: 120 });
  const { data: changes } = useAnswer<ChangeSeen[]>("/changes", query);
  const { data: patterns } = useAnswer<PatternView[]>("/patterns", { ...query, process: finding.process.key });
  const x = (at: number) => ((at - span.from) / (span.to - span.from)) * WIDTH;
  const lives = (measure: Measure) => measures?.find((one) => one.measure === measure)?.lives ?? NONE;
  const cause = finding.change?.id;
  const shown = (changes ?? []).filter(
    ({ id, process, job, kind }) => id === cause || process === finding.process.key || (job !== null && kind !== "job-ended"),
  );
  const marks = shown.map(({ id, at }) => (
    <line
      key={id}
      x1={x(at)}
      x2={x(at)}
      y1="0"
      y2="100%"
      stroke="var(--change)"
      strokeWidth={id === cause ? 1.6 : 1}
      strokeDasharray="3 3"
      vectorEffect="non-scaling-stroke"
    />
  ));
  const common = { finding, span, x, marks };
  return (
    <div className="panel lanes story-lanes">
      <FlowLane {...common} flow={flow} />
      <HeapLane {...common} used={lives("heap.used")} live={lives("heap.live").length > 0 ? lives("heap.live") : lives("heap.after-gc")} />
      {lives("threads").length > 0 && <ThreadsLane {...common} lives={lives("threads")} />}
      <LogLane {...common} patterns={patterns ?? []} />
      <ChangeLane {...common} changes={shown} />
      <Axis span={span} />
      <div className="tiny no-export open-chart">
        <Link to="/processes/$key" params={{ key: finding.process.key }} search={query} className="link">
          Look closer in the tide chart
        </Link>
      </div>
    </div>
  );
}

interface LaneProps extends Props {
  readonly x: (at: number) => number;
  readonly marks: ReactNode;
}

function Strip({
  name,
  value,
  note,
  height,
  children,
  notes,
}: {
  name: string;
  value: string;
  note: string;
  height: number;
  children: ReactNode;
  notes?: ReactNode;
}) {
  return (
    <div className="lane">
      <div className="k">{name}</div>
      <div className="strip" style={{ height }}>
        <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" style={{ height }} aria-hidden="true">
          {children}
        </svg>
        {notes}
      </div>
      <div className="v">
        <b>{value}</b>
        {note}
      </div>
    </div>
  );
}

/** Words in a strip: HTML, for text in a stretched picture would be stretched too. */
const Note = ({
  at,
  colour,
  children,
  top = 0,
  end = false,
}: {
  at: number;
  colour: string;
  children: ReactNode;
  top?: number;
  end?: boolean;
}) => (
  <span className="note" style={{ [end ? "right" : "left"]: `${end ? 100 - at / 10 : at / 10}%`, top, color: colour }}>
    {children}
  </span>
);

function FlowLane({ finding, x, marks, flow, span }: LaneProps & { readonly flow: FlowView | undefined }) {
  const height = 34;
  const operator = finding.law?.operator;
  const bars = (flow?.jobs ?? []).flatMap(({ operators }) => {
    const chosen = operators.find((one) => one.operator === operator) ?? operators[1] ?? operators[0];
    return chosen === undefined
      ? []
      : chosen.at.map((at, i) => ({ at, from: chosen.at[i - 1] ?? at - 10_000, rate: chosen.perSecond[i]! }));
  });
  const top = Math.max(...bars.map(({ rate }) => rate), 1e-9);
  const last = bars.toSorted((a, b) => a.at - b.at).at(-1);
  const gaps = (flow?.gaps ?? []).map((gap) => ({ ...gap, to: gap.to ?? span.to }));
  return (
    <Strip
      name="Data flow"
      value={last === undefined ? "–" : `${formatCount(Math.round(last.rate * 10) / 10)} /s`}
      note={operator ? `into ${operator}` : "elements"}
      height={height}
      notes={gaps.map((gap) => (
        <Note key={gap.id} at={x(gap.from)} colour="var(--leaking)" end>
          gap&nbsp;
        </Note>
      ))}
    >
      {bars.map(({ at, from, rate }) => (
        <rect
          key={at}
          x={x(from) + 1}
          width={Math.max(1, x(at) - x(from) - 2)}
          y={height - (rate / top) * (height - 8)}
          height={Math.max(0.6, (rate / top) * (height - 8))}
          fill="var(--ink-3)"
          opacity=".6"
        />
      ))}
      {gaps.map((gap) => (
        <rect key={gap.id} x={x(gap.from)} width={Math.max(2, x(gap.to) - x(gap.from))} y={height - 3} height="3" fill="var(--leaking)" />
      ))}
      {marks}
    </Strip>
  );
}

function HeapLane({
  finding,
  span,
  x,
  marks,
  used,
  live,
}: LaneProps & { readonly used: readonly ThinnedLife[]; readonly live: readonly ThinnedLife[] }) {
  const height = 150;
  const limit = finding.resource === "heap" ? (finding.limit?.value ?? null) : null;
  const top = topOf({ surf: used, tide: live, limit });
  const y = (value: number) => height - (value / top) * height;
  const { exhaustion, verification } = finding;
  const present = valueNear(live, span.to);
  return (
    <Strip
      name="Heap"
      value={present === null ? "–" : formatBytes(present)}
      note={`live set${limit === null ? "" : ` of ${formatBytes(limit)}`}`}
      height={height}
    >
      {limit !== null && (
        <line x1="0" x2={WIDTH} y1={y(limit)} y2={y(limit)} stroke="var(--leaking)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
      )}
      {used.map((life) => (
        <path
          key={life.incarnation}
          d={surfPath(life, x, y)}
          fill="none"
          stroke="var(--surf)"
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {live.map((life) => (
        <path
          key={life.incarnation}
          d={linePath(life, x, y)}
          fill="none"
          stroke="var(--tide)"
          strokeWidth="2.400"
          vectorEffect="non-scaling-stroke"
          strokeLinejoin="round"
        />
      ))}
      {exhaustion && limit !== null && present !== null && verification === null && (
        <path
          d={`M${WIDTH} ${y(present)}L${x(span.to + exhaustion.low * 1000)} ${y(limit)}L${x(span.to + exhaustion.high * 1000)} ${y(limit)}Z`}
          fill="var(--leaking)"
          opacity=".12"
        />
      )}
      {marks}
    </Strip>
  );
}

function ThreadsLane({ x, marks, lives, span }: LaneProps & { readonly lives: readonly ThinnedLife[] }) {
  const height = 42;
  const top = Math.max(...lives.flatMap(({ max }) => max), 1);
  const y = (value: number) => height - 3 - (value / top) * (height - 6);
  return (
    <Strip name="Threads" value={formatCount(valueNear(lives, span.to) ?? 0)} note={`${formatCount(top)} at the most`} height={height}>
      {lives.map((life) => (
        <path
          key={life.incarnation}
          d={linePath(life, x, y)}
          fill="none"
          stroke="var(--ink-2)"
          strokeWidth="1.600"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {marks}
    </Strip>
  );
}

function LogLane({ finding, x, marks, patterns, span }: LaneProps & { readonly patterns: readonly PatternView[] }) {
  const height = 28;
  const worse = patterns.filter(({ level }) => level === "error" || level === "fatal" || level === "warn").slice(0, 40);
  const clue = finding.logs[0];
  return (
    <Strip
      name="Log"
      value={`${worse.length} ${worse.length === 1 ? "pattern" : "patterns"}`}
      note="warnings and errors"
      height={height}
      notes={
        clue && (
          <Note at={Math.max(0, x(Date.parse(clue.first)))} colour="var(--ink-2)" top={6}>
            <i className="dot" /> {clue.example.slice(0, 90)}
          </Note>
        )
      }
    >
      {worse.map(({ id, first, level }) => (
        <rect
          key={id}
          x={x(Math.max(first, span.from)) - 1}
          y={height - 6}
          width="2"
          height="6"
          fill={level === "warn" ? "var(--growing)" : "var(--leaking)"}
        />
      ))}
      {marks}
    </Strip>
  );
}

function ChangeLane({ finding, x, marks, changes, span }: LaneProps & { readonly changes: readonly ChangeSeen[] }) {
  const deployments = changes.filter(({ kind }) => kind === "job-deployed" || kind === "external" || kind === "configuration");
  // Roughly, in the thousandths of the strip's width that places are counted in.
  const letter = innerWidth < 640 ? 20 : 7;
  let free = [-Infinity, -Infinity];
  return (
    <Strip
      name="Changes"
      value={String(deployments.length)}
      note={deployments.length === 1 ? "deployment" : "deployments"}
      height={34}
      notes={changes.map(({ id, at, title, attributes }) => {
        const place = x(at);
        const row = free.findIndex((from) => place >= from);
        if (row < 0 || place > WIDTH * 0.93) return null;
        const text = attributes["commit"] ? `${attributes["commit"]} deployed` : title;
        free = free.map((from, i) => (i === row ? place + text.length * letter + 10 : from));
        return (
          <Note key={id} at={place} colour="var(--change)" top={row * 15}>
            <span title={formatMoment(at, span.to)} style={{ fontWeight: id === finding.change?.id ? 650 : 400, paddingLeft: 5 }}>
              {text}
            </span>
          </Note>
        );
      })}
    >
      {marks}
    </Strip>
  );
}

function Axis({ span }: { readonly span: Props["span"] }) {
  const { at, step } = timeTicks(span.from, span.to, 8);
  return (
    <div className="lane axis-lane">
      <div className="k" />
      <div className="strip" style={{ height: 18 }}>
        {at.map((time) => (
          <span key={time} className="note tick" style={{ left: `${((time - span.from) / (span.to - span.from)) * 100}%` }}>
            {tickLabel(time, step)}
          </span>
        ))}
      </div>
      <div className="v tiny">{formatClock(span.to)}</div>
    </div>
  );
}

type Place = (value: number) => number;

const linePath = ({ at, last }: ThinnedLife, x: Place, y: Place): string =>
  at.map((time, i) => `${i === 0 ? "M" : "L"}${x(time).toFixed(1)} ${y(last[i]!).toFixed(1)}`).join("");

/** Through the extremes of each stretch, so that no peak is lost. */
const surfPath = ({ at, min, max, last }: ThinnedLife, x: Place, y: Place): string =>
  at
    .map((time, i) => {
      const place = x(time).toFixed(1);
      return `${i === 0 ? "M" : "L"}${place} ${y(max[i]!).toFixed(1)}${min[i]! < max[i]! ? `L${place} ${y(min[i]!).toFixed(1)}` : ""}L${place} ${y(last[i]!).toFixed(1)}`;
    })
    .join("");
