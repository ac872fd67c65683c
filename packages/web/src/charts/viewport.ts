import { createContext, useContext, useEffect, useSyncExternalStore } from "react";

/** What is seen of time, milliseconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** No zoom shows less: two looks of the fastest probe. */
const NARROWEST = 4000;

/**
 * The window on time that all charts of a page share, with the cursor in it. Charts listen and draw by themselves: React hears of a change only when
 * it has come to rest, or panning would render the page at every frame.
 */
export class Viewport {
  /** As far as can be panned. */
  #bounds: Window;
  #window: Window;
  #cursor: number | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #resting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settled: Window;

  constructor(bounds: Window, window: Window = bounds) {
    this.#bounds = bounds;
    this.#window = window;
    this.#settled = window;
  }

  get window(): Window {
    return this.#window;
  }

  get bounds(): Window {
    return this.#bounds;
  }

  /** The window as it was when it last came to rest. */
  get settled(): Window {
    return this.#settled;
  }

  get cursor(): number | null {
    return this.#cursor;
  }

  get isWhole(): boolean {
    return this.#window.from <= this.#bounds.from && this.#window.to >= this.#bounds.to;
  }

  /** New observations: a window that touched the end goes with it. */
  setBounds(bounds: Window): void {
    const whole = this.isWhole;
    const followed = this.#window.to >= this.#bounds.to;
    const moved = bounds.to - this.#bounds.to;
    this.#bounds = bounds;
    if (whole) this.show(bounds);
    else if (followed && moved > 0) this.show({ from: this.#window.from + moved, to: this.#window.to + moved });
  }

  show({ from, to }: Window): void {
    const width = Math.min(Math.max(to - from, NARROWEST), this.#bounds.to - this.#bounds.from);
    const start = Math.min(Math.max(from, this.#bounds.from), this.#bounds.to - width);
    this.#window = { from: start, to: start + width };
    this.#changed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), 140);
  }

  /** @param factor below 1 shows less, around the time `at` */
  zoom(factor: number, at: number = (this.#window.from + this.#window.to) / 2): void {
    const { from, to } = this.#window;
    this.show({ from: at - (at - from) * factor, to: at + (to - at) * factor });
  }

  /** @param share of the window's width */
  pan(share: number): void {
    const { from, to } = this.#window;
    const by = (to - from) * share;
    this.show({ from: from + by, to: to + by });
  }

  showAll(): void {
    this.show(this.#bounds);
  }

  setCursor(at: number | null): void {
    if (at === this.#cursor) return;
    this.#cursor = at;
    this.#changed();
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly onRest = (listener: () => void): (() => void) => {
    this.#resting.add(listener);
    return () => void this.#resting.delete(listener);
  };

  #settle(): void {
    this.#settled = this.#window;
    for (const listener of this.#resting) listener();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const ViewportContext = createContext<Viewport>(new Viewport({ from: 0, to: 1 }));
export const useViewport = (): Viewport => useContext(ViewportContext);

/** The window at rest; renders when panning and zooming have ended. */
export function useSettledWindow(): Window {
  const viewport = useViewport();
  return useSyncExternalStore(viewport.onRest, () => viewport.settled);
}

/** The window at each moment; renders with each of its moves: for what is drawn by React, and small. */
export function useWindow(): Window {
  const viewport = useViewport();
  return useSyncExternalStore(viewport.onChange, () => viewport.window);
}

/** The time under the cursor; renders with each of its moves: for small things only. */
export function useCursor(): number | null {
  const viewport = useViewport();
  return useSyncExternalStore(viewport.onChange, () => viewport.cursor);
}

/** Draws at most once a frame, after a change. */
export function useRedraw(viewport: Viewport, draw: () => void): void {
  useEffect(() => {
    let frame = 0;
    const request = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
    };
    const stop = viewport.onChange(request);
    request();
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [viewport, draw]);
}
