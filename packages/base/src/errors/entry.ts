/** One expected failure: the sentence that says what failed and why as far as we know, and what the reader can do about it. */
export interface Entry<Detail> {
  readonly say: (detail: Detail) => string;
  /** A command to paste where there is one. */
  readonly next: (detail: Detail) => string;
}

/** Keeps the detail's type while an entry stands in a catalogue. */
export const entry = <Detail>(say: (detail: Detail) => string, next: (detail: Detail) => string): Entry<Detail> => ({ say, next });
