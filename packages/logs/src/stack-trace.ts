/**
 * Format: stack traces as `Throwable.printStackTrace` writes them, after a log line or alone.
 * Source: java.base/java.lang.Throwable. A cause begins with "Caused by: " at the start of a line; the causes of a suppressed exception are
 * indented and do not count. Log4j's `%rEx` writes the root cause first and "Wrapped by: " after it.
 */
const CLASS = String.raw`(?<class>(?:[\w$]+\.)+[A-Z$][\w$]*)`;
const CAUSE = new RegExp(`^Caused by: ${CLASS}(?::|\\s|$)`);
const HEAD = new RegExp(`^(?:Exception in thread ".*" )?${CLASS}(?:: .*)?$`);
const INSIDE = /^\s+at |^\s*\.\.\. \d+ (?:more|common frames omitted)|^Caused by: |^Wrapped by: |^\s+Suppressed: |^\s+Caused by: /;

/** Follows the lines of one record and keeps the class of the root cause: a few words of memory, however long the trace. */
export class RootCause {
  #head: string | null = null;
  #cause: string | null = null;

  /** @returns whether the line belongs to a stack trace, and thus not to the message. */
  follow(line: string): boolean {
    const cause = CAUSE.exec(line);
    if (cause) this.#cause = cause.groups!["class"]!;
    if (cause || isInsideTrace(line)) return true;
    const head = this.#head === null ? throwableAtStart(line) : null;
    this.#head ??= head;
    return head !== null;
  }

  get class(): string | null {
    return this.#cause ?? this.#head;
  }
}

/** A line that can only be the middle of a stack trace, never its first. */
export function isInsideTrace(line: string): boolean {
  return INSIDE.test(line);
}

/** `java.lang.IllegalStateException: no client` -> the class; null for any other line. */
export function throwableAtStart(line: string): string | null {
  return HEAD.exec(line)?.groups!["class"] ?? null;
}

/** Class of the root cause of a whole stack trace; null where the lines hold none. */
export function rootCauseIn(lines: readonly string[]): string | null {
  const cause = new RootCause();
  for (const line of lines) cause.follow(line);
  return cause.class;
}
