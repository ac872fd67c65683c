import { useEffect, useMemo, useState } from "react";
import { useShortcuts } from "../keys.ts";
import { moveByKey } from "./plot.ts";
import { Viewport, type Window } from "./viewport.ts";

/** The window of an address that ends in `#t=1700000000000-1700000600000`; null where it names none. */
export function windowOf(hash: string): Window | null {
  const [, from, to] = /^#t=(\d{1,15})-(\d{1,15})$/.exec(hash) ?? [];
  return from !== undefined && Number(to) > Number(from) ? { from: Number(from), to: Number(to) } : null;
}

export const hashOf = ({ from, to }: Window): string => `#t=${Math.round(from)}-${Math.round(to)}`;

/**
 * The window that all charts of a page share. What was zoomed to stands in the address, and is read from there: a link shows what was seen. Where everything is
 * shown the address says nothing, and follows what comes in.
 */
export function useZoom(span: Window): Viewport {
  const [linked] = useState(() => windowOf(location.hash));
  const bounds = useMemo(
    () => (linked === null ? span : { from: Math.min(span.from, linked.from), to: Math.max(span.to, linked.to) }),
    [span, linked],
  );
  const [viewport] = useState(() => new Viewport(bounds, linked ?? bounds));
  useEffect(() => viewport.setBounds(bounds), [viewport, bounds]);
  useEffect(() => {
    const write = () => {
      const hash = viewport.isWhole ? "" : hashOf(viewport.window);
      if (hash !== location.hash) history.replaceState(history.state, "", location.pathname + location.search + hash);
    };
    const read = () => {
      const window = windowOf(location.hash);
      if (window !== null) viewport.show(window);
      else if (location.hash === "" && !viewport.isWhole) viewport.showAll();
    };
    globalThis.addEventListener("popstate", read);
    const stop = viewport.onRest(write);
    return () => {
      globalThis.removeEventListener("popstate", read);
      stop();
    };
  }, [viewport]);
  return viewport;
}

const KEYS = [
  ["ArrowLeft", "earlier"],
  ["ArrowRight", "later"],
  ["+", "show less time, more of it"],
  ["-", "show more time"],
  ["0", "show all"],
] as const;

/** The charts' keys work wherever the focus is. */
export function useZoomKeys(viewport: Viewport): void {
  useShortcuts(useMemo(() => KEYS.map(([keys, says]) => ({ keys, says, run: () => void moveByKey(viewport, keys) })), [viewport]));
}
