import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { Viewport } from "./viewport.ts";

const WHEEL = 0.0016;
const STEP = 0.2;
const ZOOM = 0.7;

/** The same movements for every chart: drag to pan, wheel to zoom at the pointer, double click for all, arrows and + - 0 by keyboard. */
export function usePlot(viewport: Viewport, element: RefObject<HTMLElement | null>) {
  const drag = useRef<{ readonly x: number; readonly from: number; readonly to: number } | null>(null);
  useEffect(() => {
    const target = element.current!;
    const wheel = (event: WheelEvent) => {
      // A page that can be scrolled keeps the plain wheel while the chart shows everything and would only grow.
      if (!event.ctrlKey && !event.shiftKey && viewport.isWhole && event.deltaY > 0) return;
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) viewport.pan((event.deltaX || event.deltaY) / 800);
      else viewport.zoom(Math.exp(event.deltaY * WHEEL), timeAt(event));
    };
    const timeAt = ({ clientX }: { readonly clientX: number }) => {
      const { left, width } = target.getBoundingClientRect();
      const { from, to } = viewport.window;
      return from + ((clientX - left) / width) * (to - from);
    };
    target.addEventListener("wheel", wheel, { passive: false });
    return () => target.removeEventListener("wheel", wheel);
  }, [viewport, element]);
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, ...viewport.window };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { left, width } = event.currentTarget.getBoundingClientRect();
      const { from, to } = viewport.window;
      if (drag.current) {
        const by = ((drag.current.x - event.clientX) / width) * (drag.current.to - drag.current.from);
        viewport.show({ from: drag.current.from + by, to: drag.current.to + by });
      } else {
        viewport.setCursor(from + ((event.clientX - left) / width) * (to - from));
      }
    },
    onPointerUp: () => void (drag.current = null),
    onPointerLeave: () => viewport.setCursor(null),
    onDoubleClick: () => viewport.showAll(),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !moveByKey(viewport, event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** @returns whether the key moves a chart */
export function moveByKey(viewport: Viewport, key: string): boolean {
  if (key === "ArrowLeft") viewport.pan(-STEP);
  else if (key === "ArrowRight") viewport.pan(STEP);
  else if (key === "+" || key === "=" || key === "ArrowUp") viewport.zoom(ZOOM);
  else if (key === "-" || key === "ArrowDown") viewport.zoom(1 / ZOOM);
  else if (key === "0") viewport.showAll();
  else return false;
  return true;
}
