import { styleText } from "node:util";
import type { WriteStream } from "node:tty";

/** How stdout wants to be written to. */
export interface Terminal {
  /** Columns to fill; 120 where nobody looks (a pipe, a file), so that what is stored does not depend on a window. */
  readonly width: number;
  readonly interactive: boolean;
  /** Colours the text where the terminal has colours, else leaves it as it is. Colour never carries meaning alone. */
  style(format: Style, text: string): string;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** What goes on, for a person who waits; on stderr, so that stdout holds the result alone. */
export interface Progress {
  /** Replaces the moving line. Where stderr is no terminal it prints nothing: half-done work is no record. */
  update(text: string): void;
  /** Leaves a line for good, above the moving one. */
  line(text: string): void;
  /** Takes the moving line away. */
  clear(): void;
}

type Variables = Readonly<Record<string, string | undefined>>;
type Stream = Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns" | "getColorDepth">>;

export function terminalOf(stream: Stream, variables: Variables): Terminal {
  const colours = hasColours(stream, variables);
  return {
    width: stream.isTTY ? Math.max(60, stream.columns ?? 120) : 120,
    interactive: stream.isTTY === true,
    style: (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text),
  };
}

/** NO_COLOR and TERM=dumb say no, FORCE_COLOR says yes, and else the terminal itself knows. */
function hasColours(stream: Stream, variables: Variables): boolean {
  if (variables["NO_COLOR"] || variables["TERM"] === "dumb") return false;
  if (variables["FORCE_COLOR"]) return variables["FORCE_COLOR"] !== "0";
  return stream.isTTY === true && (stream.getColorDepth?.(variables) ?? 1) > 1;
}

const SPINNER = ["◐", "◓", "◑", "◒"];
const FRAME_EVERY = 120;

export function progressOn(stream: Stream): Progress {
  return stream.isTTY ? new Spinner(stream) : { update() {}, clear() {}, line: (text) => void stream.write(`${text}\n`) };
}

/** One line that moves, at the bottom. The timer never keeps the process alive. */
class Spinner implements Progress {
  readonly #stream: Stream;
  #timer: NodeJS.Timeout | undefined;
  #text = "";
  #frame = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  update(text: string): void {
    this.#text = text;
    this.#timer ??= setInterval(() => this.#draw(), FRAME_EVERY).unref();
    this.#draw();
  }

  line(text: string): void {
    this.#stream.write(`\r\x1b[K${text}\n`);
    if (this.#timer) this.#draw();
  }

  clear(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write("\r\x1b[K");
  }

  #draw(): void {
    const room = Math.max(10, (this.#stream.columns ?? 80) - 3);
    this.#stream.write(`\r\x1b[K${SPINNER[this.#frame++ % SPINNER.length]} ${this.#text.slice(0, room)}`);
  }
}
