import type { About } from "@heaptide/model";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useAnswer } from "./api/queries.ts";

/** What all pages carry in their address: the span of time, and the process they are about. */
export interface PageSearch {
  readonly from?: number;
  readonly to?: number;
  /** "15m", "24h", ...: up to now. */
  readonly last?: string;
  readonly process?: string;
}

export const LASTS: readonly (readonly [string, number])[] = [
  ["15m", 900_000],
  ["1h", 3_600_000],
  ["6h", 21_600_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
];
export const DEFAULT_LAST = "24h";

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Unknown or broken values are left out rather than refused: an address that was cut off still opens its page. */
export function readSearch(search: Record<string, unknown>): PageSearch {
  const number = (name: string) =>
    Number.isFinite(Number(search[name])) && search[name] !== undefined ? { [name]: Number(search[name]) } : {};
  const text = (name: string) =>
    typeof search[name] === "string" || typeof search[name] === "number" ? { [name]: String(search[name]) } : {};
  return { ...number("from"), ...number("to"), ...text("last"), ...text("process") };
}

export const useAbout = (): About | undefined => useAnswer<About>("/about").data;

/** A twentieth of a minute: answers of the same few seconds share one entry in the cache. */
const STEP = 3000;

/** The span that the page shows; null until the server has said what time it is there. The chosen one is cut to what was observed. */
export function useSpan(): { span: Span | null; isFixed: boolean; now: number; setSpan: (span: Partial<PageSearch>) => void } {
  // What does not validate may still stand in the address.
  const { from, to, last } = readSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const about = useAbout();
  const setSpan = useCallback(
    (next: Partial<PageSearch>) =>
      void navigate({
        to: ".",
        replace: true,
        search: (old: PageSearch) => ({ ...(old.process !== undefined && { process: old.process }), ...next }),
      }),
    [navigate],
  );
  const now = about === undefined ? 0 : about.now;
  const span = useMemo(() => {
    if (about === undefined) return null;
    if (from !== undefined && to !== undefined && to > from) return { from, to };
    const length = (LASTS.find(([name]) => name === last) ?? LASTS.find(([name]) => name === DEFAULT_LAST)!)[1];
    const end = Math.ceil(about.now / STEP) * STEP;
    const observed = about.observed?.from ?? end - length;
    const start = Math.max(end - length, Math.floor(observed / STEP) * STEP);
    return { from: start < end ? start : end - length, to: end };
  }, [about, from, to, last]);
  return { span, isFixed: from !== undefined && to !== undefined && to > from, now, setSpan };
}
