import type { ChangeSeen, Finding, FlowView, Measure, PatternView, ThinnedLife } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { useAnswer } from "../../../api/queries.ts";
import { usePlot } from "../../../charts/plot.ts";
import { useSeries } from "../../../charts/series.ts";
import { CursorLine } from "../../../charts/tide/tide-chart.tsx";
import { useCursor, useViewport, useWindow, ViewportContext, type Window } from "../../../charts/viewport.ts";
import { useZoom, useZoomKeys } from "../../../charts/zoom.ts";
import { ChangeLane, LogLane } from "./event-lanes.tsx";
import { FlowLane } from "./flow-lane.tsx";
import { HeapLane, ThreadsLane } from "./memory-lanes.tsx";
import { Axis, WIDTH } from "./strip.tsx";

const POINTS = 1000;
const MEASURES: readonly Measure[] = ["heap.used", "heap.live", "heap.after-gc", "threads"];
const NONE: readonly ThinnedLife[] = [];

interface Props {
  readonly finding: Finding;
  readonly span: Window;
}

/** Everything that happened, lane by lane on one axis, with the changes drawn through all of them. */
export function StoryLanes({ finding, span }: Props) {
  const viewport = useZoom(span);
  useZoomKeys(viewport);
  return (
    <ViewportContext value={viewport}>
      <div className="panel lanes story-lanes">
        <Lanes finding={finding} />
        <Glass />
      </div>
    </ViewportContext>
  );
}

function Lanes({ finding }: Pick<Props, "finding">) {
  const { bounds } = useViewport();
  const span = useWindow();
  const at = useCursor() ?? span.to;
  const { series } = useSeries(finding.process.key, MEASURES, POINTS);
  const query = { from: Math.floor(bounds.from), to: Math.ceil(bounds.to) };
  const { data: flow } = useAnswer<FlowView>("/flow", { ...query, points: 120 });
  const { data: changes } = useAnswer<ChangeSeen[]>("/changes", query);
  const { data: patterns } = useAnswer<PatternView[]>("/patterns", { ...query, process: finding.process.key });
  const x = (time: number) => ((time - span.from) / (span.to - span.from)) * WIDTH;
  const lives = (measure: Measure) => series.get(measure) ?? NONE;
  const cause = finding.change?.id;
  const shown = (changes ?? []).filter(
    ({ id, process, job, kind }) => id === cause || process === finding.process.key || (job !== null && kind !== "job-ended"),
  );
  const marks = shown.map(({ id, at: time }) => (
    <line
      key={id}
      x1={x(time)}
      x2={x(time)}
      y1="0"
      y2="100%"
      stroke="var(--change)"
      strokeWidth={id === cause ? 1.6 : 1}
      strokeDasharray="3 3"
      vectorEffect="non-scaling-stroke"
    />
  ));
  const common = { finding, span, at, x, marks };
  const live = lives("heap.live").length > 0 ? lives("heap.live") : lives("heap.after-gc");
  return (
    <>
      <FlowLane {...common} flow={flow} />
      <HeapLane {...common} used={lives("heap.used")} live={live} end={bounds.to} />
      {lives("threads").length > 0 && <ThreadsLane {...common} lives={lives("threads")} />}
      <LogLane {...common} patterns={patterns ?? []} />
      <ChangeLane {...common} changes={shown} />
      <Axis span={span} at={at} />
      <div className="tiny no-export open-chart">
        <Link
          to="/processes/$key"
          params={{ key: finding.process.key }}
          search={{ from: Math.floor(span.from), to: Math.ceil(span.to) }}
          className="link"
        >
          Look closer in the tide chart
        </Link>
      </div>
    </>
  );
}

/** Lies over the strips of all lanes: what is dragged, zoomed and pointed at is all of them. */
function Glass() {
  const glass = useRef<HTMLDivElement>(null);
  const handlers = usePlot(useViewport(), glass);
  return (
    <div className="lanes-glass no-export">
      <div
        ref={glass}
        className="plot"
        tabIndex={0}
        role="img"
        aria-label="All lanes over time: arrows move, + and - zoom, 0 shows all"
        {...handlers}
      >
        <CursorLine />
      </div>
    </div>
  );
}
