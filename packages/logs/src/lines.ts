/** Chunks of text or UTF-8 to lines. Ends are `\n` or `\r\n`; a character or a line end may be split between chunks. */
export class LineSplitter {
  readonly #longest: number;
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** @param longest characters kept of a line; what is beyond is dropped, so that a file without line ends takes no more memory. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** @returns the lines completed by the chunk, without their ends. */
  push(chunk: string | Uint8Array): string[] {
    const text = typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true });
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      lines.push(this.#line(this.#rest + this.#piece(text, start, end)));
      this.#rest = "";
      start = end + 1;
    }
    this.#rest += this.#piece(text, start, text.length);
    return lines;
  }

  /** The text is over. @returns the last line, if it had no end. */
  end(): string[] {
    const lines = this.push(this.#decoder.decode());
    if (this.#rest !== "") lines.push(this.#line(this.#rest));
    this.#rest = "";
    return lines;
  }

  /** One character more than `longest` is held, so that a `\r` at the very end is still recognised. */
  #piece(text: string, start: number, end: number): string {
    return text.slice(start, Math.min(end, start + this.#longest + 1 - this.#rest.length));
  }

  #line(text: string): string {
    return (text.endsWith("\r") ? text.slice(0, -1) : text).slice(0, this.#longest);
  }
}
