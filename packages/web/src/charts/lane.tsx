import type { ThinnedLife } from "@heaptide/model";
import { memo, useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatMeasure, formatPercent } from "../format.ts";
import { useTheme } from "../theme.ts";
import { readColours } from "./palette.ts";
import { usePlot } from "./plot.ts";
import { CursorLine } from "./tide/tide-chart.tsx";
import { valueNear } from "./tide/tide.ts";
import { useCursor, useRedraw, useViewport } from "./viewport.ts";

const HEIGHT = 46;
type Unit = "B" | "1" | "ms" | "share";

interface Props {
  readonly name: string;
  readonly unit: Unit;
  readonly lives: readonly ThinnedLife[];
  /** What stands below the value: a limit, "loaded". */
  readonly note: string;
  readonly limit?: number | null;
}

const formatLane = (value: number, unit: Unit): string => (unit === "share" ? formatPercent(value) : formatMeasure(value, unit));

/** One measure in a strip on the shared time axis: its course as a line, its extremes as a band. */
export const Lane = memo(function Lane({ name, unit, lives, note, limit = null }: Props) {
  const viewport = useViewport();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { isDark } = useTheme();
  const data = useMemo(() => columnsOf(lives), [lives]);
  const handlers = usePlot(viewport, place);
  useEffect(() => {
    const { "ink-2": line } = readColours();
    const made = new uPlot(optionsFor(place.current!.clientWidth, line, limit), data as uPlot.AlignedData, place.current!);
    plot.current = made;
    const observer = new ResizeObserver(([entry]) => made.setSize({ width: Math.floor(entry!.contentRect.width), height: HEIGHT }));
    observer.observe(place.current!);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [data, isDark, limit]);
  const draw = useMemo(
    () => () => plot.current?.setScale("x", { min: viewport.window.from / 1000, max: viewport.window.to / 1000 }),
    [viewport, data, isDark],
  );
  useRedraw(viewport, draw);
  return (
    <div className="lane">
      <div className="k">{name}</div>
      <div className="plot" style={{ height: HEIGHT }}>
        <div ref={place} tabIndex={0} role="img" aria-label={`${name} over time`} {...handlers} />
        <CursorLine />
      </div>
      <LaneValue lives={lives} unit={unit} note={note} />
    </div>
  );
});

function LaneValue({ lives, unit, note }: Pick<Props, "lives" | "unit" | "note">) {
  const viewport = useViewport();
  const at = useCursor() ?? viewport.bounds.to;
  const value = valueNear(lives, at);
  return (
    <div className="v">
      <b>{value === null ? "–" : formatLane(value, unit)}</b>
      {note}
    </div>
  );
}

/** One life after the other; a gap between them, for the line must not connect what was not one process. */
function columnsOf(lives: readonly ThinnedLife[]): (number | null)[][] {
  const columns: (number | null)[][] = [[], [], [], []];
  for (const { at, min, max, last } of lives) {
    at.forEach((time, i) => [time / 1000, last[i]!, min[i]!, max[i]!].forEach((value, c) => columns[c]!.push(value)));
    if (at.length > 0) [at.at(-1)! / 1000 + 0.001, null, null, null].forEach((value, c) => columns[c]!.push(value));
  }
  return columns;
}

function optionsFor(width: number, line: string, limit: number | null): uPlot.Options {
  const band = { stroke: "transparent", points: { show: false } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [4, 0, 4, 0],
    scales: { x: { time: true, auto: false }, y: { range: (_, low, high) => rangeOf(low, high, limit) } },
    axes: [{ show: false }, { show: false }],
    series: [{}, { stroke: line, width: 1.5, points: { show: false } }, band, band],
    bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${line} 22%, transparent)` }],
  };
}

/** From zero where the values come near it; a course of small changes at a high level is shown for itself. */
function rangeOf(low: number | null, high: number | null, limit: number | null): [number, number] {
  const [bottom, top] = [low ?? 0, high ?? 1];
  const ceiling = limit !== null && top > limit * 0.5 ? limit : top;
  const floor = bottom < ceiling * 0.6 ? 0 : bottom - (ceiling - bottom) * 0.5;
  return [Math.max(0, floor), ceiling === floor ? ceiling + 1 : ceiling + (ceiling - floor) * 0.06];
}
