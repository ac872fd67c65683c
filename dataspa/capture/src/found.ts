/** What a parser found, as the page has it: nothing is checked or converted yet. */
export interface Found {
  readonly uid?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  /** ISO 8601; without an offset it is local time of the source. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly venue?: string | undefined;
  readonly address?: string | undefined;
  readonly geo?: { readonly latitude: number; readonly longitude: number } | undefined;
}

/** What one page says. `rejected` counts, by reason, what stood where an event was expected and was none. */
export interface ParsedPage {
  readonly found: readonly Found[];
  readonly rejected: readonly string[];
  /** Address of the next page, as it is written there. */
  readonly next: string | undefined;
}

/** The page is not what the source is declared to be: HTML where a calendar was, or JSON without its list. */
export class UnexpectedPageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnexpectedPageError";
  }
}
