import { formatBytes } from "@heaptide/base";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { formatClock } from "../../format.ts";
import { useTheme } from "../../theme.ts";
import { readColours } from "../palette.ts";
import { usePlot } from "../plot.ts";
import { useCursor, useRedraw, useViewport } from "../viewport.ts";
import { drawTide } from "./draw.ts";
import { type Tide, valueNear } from "./tide.ts";

const HEIGHT = 300;

/** The heap over time. Drag to pan, wheel to zoom, or the keyboard; the summary in words is for those who do not see it. */
export function TideChart({ tide, summary }: { readonly tide: Tide; readonly summary: string }) {
  const viewport = useViewport();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { isDark } = useTheme();
  const colours = useMemo(() => [readColours(), isDark] as const, [isDark])[0];
  const [width, setWidth] = useState(0);
  const handlers = usePlot(viewport, canvas);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(canvas.current!.parentElement!);
    return () => observer.disconnect();
  }, []);
  const draw = useCallback(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || width === 0) return;
    const ratio = devicePixelRatio;
    const [pixels, rows] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.current!.width !== pixels || canvas.current!.height !== rows)
      Object.assign(canvas.current!, { width: pixels, height: rows });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawTide(context, tide, viewport.window, { width, height: HEIGHT }, colours);
  }, [tide, viewport, colours, width]);
  useRedraw(viewport, draw);
  return (
    <div className="plot" style={{ height: HEIGHT }}>
      <canvas
        ref={canvas}
        style={{ width: "100%", height: HEIGHT }}
        tabIndex={0}
        role="img"
        aria-label={summary}
        data-chart="tide"
        {...handlers}
      />
      <CursorLine />
    </div>
  );
}

/** The line under the pointer, on every chart at the same time. */
export function CursorLine() {
  const viewport = useViewport();
  const cursor = useCursor();
  const { from, to } = viewport.window;
  if (cursor === null || cursor < from || cursor > to) return null;
  return <i className="cursor" style={{ left: `${((cursor - from) / (to - from)) * 100}%` }} />;
}

/** What the chart shows at the cursor, or at its end. */
export function TideReadout({ tide }: { readonly tide: Tide }) {
  const viewport = useViewport();
  const cursor = useCursor();
  const at = cursor ?? viewport.bounds.to;
  const [live, used] = [valueNear(tide.tide, at), valueNear(tide.surf, at)];
  return (
    <div className="v">
      <b>{live === null ? "–" : formatBytes(live)}</b>
      live set{tide.limit === null ? "" : ` of ${formatBytes(tide.limit)}`}
      <div className="used">{used === null ? "" : `${formatBytes(used)} used`}</div>
      <div className="tiny">{cursor === null ? "" : formatClock(at)}</div>
    </div>
  );
}
