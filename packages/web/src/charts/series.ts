import type { Measure, MeasureSeries, ThinnedLife } from "@heaptide/model";
import { useEffect, useMemo, useState } from "react";
import { useAnswer } from "../api/queries.ts";
import { useSettledWindow, useViewport, type Window } from "./viewport.ts";

/** Points that are asked for, over a window three times as wide as what is seen: at twice the pixels of a wide chart. */
const POINTS = 3600;

/**
 * The measures of a process around what is seen: loaded anew when the window comes near the edge of what is there, or shows so little of it that points
 * are missing. What is there stays on the screen until then.
 */
export function useSeries(
  process: string,
  measures: readonly Measure[],
  points: number = POINTS,
): { series: ReadonlyMap<Measure, readonly ThinnedLife[]>; isLoading: boolean } {
  const loaded = useLoadedWindow();
  const { data, isFetching } = useAnswer<MeasureSeries[]>(`/processes/${encodeURIComponent(process)}/series`, {
    measure: measures.join(","),
    points,
    from: Math.floor(loaded.from),
    to: Math.ceil(loaded.to),
  });
  const series = useMemo(() => new Map((data ?? []).map(({ measure, lives }) => [measure, lives])), [data]);
  return { series, isLoading: isFetching };
}

function useLoadedWindow(): Window {
  const window = useSettledWindow();
  const viewport = useViewport();
  const [loaded, setLoaded] = useState(() => around(window, viewport.bounds));
  useEffect(() => {
    const width = window.to - window.from;
    const atStart = loaded.from <= viewport.bounds.from;
    const atEnd = loaded.to >= viewport.bounds.to;
    const isInside = (atStart || window.from - loaded.from > width * 0.3) && (atEnd || loaded.to - window.to > width * 0.3);
    const isFineEnough = loaded.to - loaded.from < width * 6;
    if (!isInside || !isFineEnough) setLoaded(around(window, viewport.bounds));
  }, [window, loaded, viewport]);
  return loaded;
}

function around({ from, to }: Window, bounds: Window): Window {
  const width = to - from;
  return { from: Math.max(bounds.from, from - width), to: Math.min(bounds.to, to + width) };
}
