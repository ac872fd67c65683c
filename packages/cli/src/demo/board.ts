import { styleText } from "node:util";
import { formatDuration } from "@heaptide/base";
import { createLogUpdate } from "log-update";
import type { Told } from "./chapters.ts";

/** A chapter as the board shows it. `pending` chapters are announced, so that the reader sees what is still to come. */
interface BoardLine extends Told {
  readonly name: string;
  readonly state: "pending" | "running" | "done" | "failed";
  readonly startedAt: number;
  readonly seconds: number;
}

/** Where the demo tells its story. */
export interface Board {
  title(text: string): void;
  /** The chapters to come, in their order. */
  announce(names: readonly string[]): void;
  start(name: string, expectation: Told): void;
  finish(outcome: Told & { name: string; ok: boolean; seconds: number }): void;
  /** A sentence beneath the chapters; the last one stays. */
  say(text: string): void;
  /** Leaves the last state on the screen. */
  close(): void;
}

const SPINNER = ["◐", "◓", "◑", "◒"] as const;
const MARK = { pending: "·", running: "◐", done: "✓", failed: "✗" } as const;

/** Redraws in place: one line a chapter, nothing scrolls away. For terminals. */
export function liveBoard(stream: NodeJS.WriteStream): Board {
  const lines = new Map<string, BoardLine>();
  const update = createLogUpdate(stream);
  let sentence = "";
  let frame = 0;
  const draw = () => {
    const look = { width: stream.columns, frame, colors: true };
    update([...[...lines.values()].map((line) => render(line, look)), "", sentence].join("\n"));
  };
  const set = (line: Partial<BoardLine> & { name: string }) => {
    lines.set(line.name, { state: "pending", fact: "", detail: "", startedAt: 0, seconds: 0, ...lines.get(line.name), ...line });
    draw();
  };
  const ticker = setInterval(() => {
    frame++;
    draw();
  }, 200);
  return {
    title: (text) => void stream.write(`\n  ${styleText("bold", text, { stream })}\n\n`),
    announce: (names) => names.forEach((name) => set({ name })),
    start: (name, expectation) => set({ name, state: "running", startedAt: Date.now(), ...expectation }),
    finish: ({ ok, ...outcome }) => set({ ...outcome, state: ok ? "done" : "failed" }),
    say: (text) => {
      sentence = text;
      draw();
    },
    close: () => {
      clearInterval(ticker);
      update.done();
    },
  };
}

/** One line when a chapter is final. For pipes and CI. */
export function plainBoard(stream: NodeJS.WritableStream): Board {
  const write = (text: string) => void stream.write(`${text}\n`);
  return {
    title: (text) => write(`\n  ${text}\n`),
    announce: () => {},
    start: () => {},
    finish: ({ ok, ...outcome }) => {
      const line: BoardLine = { ...outcome, state: ok ? "done" : "failed", startedAt: 0 };
      write(render(line, { width: Number.POSITIVE_INFINITY, frame: 0, colors: false }));
    },
    say: (text) => write(`\n${text}`),
    close: () => {},
  };
}

const NAME_WIDTH = 14;
const FACT_WIDTH = 44;
const DETAIL_WIDTH = 58;

/** One chapter in one line, cut to the terminal's width: a line that wraps could not be redrawn in place. */
function render(line: BoardLine, look: { width: number; frame: number; colors: boolean }): string {
  const seconds = line.state === "running" ? (Date.now() - line.startedAt) / 1000 : line.seconds;
  const elapsed = line.state === "pending" ? "" : formatDuration(Math.round(seconds) * 1000);
  const room = Math.max(0, look.width - 1 - 4 - NAME_WIDTH - FACT_WIDTH - 2 - 12);
  const text = [
    line.name.padEnd(NAME_WIDTH),
    cut(line.fact, FACT_WIDTH).padEnd(FACT_WIDTH + 2),
    cut(line.detail, Math.min(DETAIL_WIDTH, room)).padEnd(Math.min(DETAIL_WIDTH, room) + 2),
    elapsed.padStart(10),
  ].join("");
  const mark = line.state === "running" ? SPINNER[look.frame % SPINNER.length]! : MARK[line.state];
  if (!look.colors) return `  ${mark} ${text.trimEnd()}`;
  return `  ${styleText(COLOR[line.state], mark)} ${line.state === "pending" ? styleText("dim", text) : text}`;
}

const COLOR = { pending: "dim", running: "yellow", done: "green", failed: "red" } as const;

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 3))}...`;
}
