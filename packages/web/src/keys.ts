import { useEffect, useRef } from "react";

/** One key, or two after each other ("g o"), or with Control ("ctrl+k"). */
export interface Shortcut {
  readonly keys: string;
  readonly says: string;
  readonly run: () => void;
}

const shown = new Set<readonly Shortcut[]>();
/** Every shortcut that works on the page at present, for the list behind `?`. */
export const presentShortcuts = (): Shortcut[] => [...shown].flat();

let pending: { readonly key: string; readonly at: number } | null = null;
const SEQUENCE = 1200;

/** Keys typed into a field are text. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
    shown.add(shortcuts);
    return () => void shown.delete(shortcuts);
  }, [shortcuts]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const held = event.ctrlKey || event.metaKey;
      if (event.altKey || event.defaultPrevented || (isTyping(event.target) && !held)) return;
      const key = held ? `ctrl+${event.key.toLowerCase()}` : event.key;
      const sequence = pending !== null && event.timeStamp - pending.at < SEQUENCE ? `${pending.key} ${key}` : key;
      const found = latest.current.find(({ keys }) => keys === sequence) ?? latest.current.find(({ keys }) => keys === key);
      if (found === undefined) return;
      event.preventDefault();
      found.run();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

/** Remembers the first key of two. To be listened to once, after all shortcuts. */
export function useSequences(): void {
  useEffect(() => {
    const remember = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      queueMicrotask(() => (pending = pending === null && event.key === "g" ? { key: event.key, at: event.timeStamp } : null));
    };
    window.addEventListener("keydown", remember);
    return () => window.removeEventListener("keydown", remember);
  }, []);
}
