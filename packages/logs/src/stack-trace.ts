/**
 * Format: stack traces as `Throwable.printStackTrace` writes them, after a log line or alone.
 * Source: java.base/java.lang.Throwable. A cause begins with "Caused by: " at the start of a line; the causes of a suppressed exception are
 * indented and do not count. Log4j's `%rEx` writes the root cause first and "Wrapped by: " after it.
 */
const CLASS = String.raw`(?<class>(?:[\w$]+\.)+[A-Z$][\w$]*)`;
const CAUSE = new RegExp(`^Caused by: ${CLASS}(?::|\\s|$)`);
const HEAD = new RegExp(`^(?:Exception in thread ".*" )?${CLASS}(?:: .*)?$`);
const INSIDE = /^\s+at |^\s*\.\.\. \d+ (?:more|common frames omitted)|^Caused by: |^Wrapped by: |^\s+Suppressed: |^\s+Caused by: /;

/** A frame of the exception itself or of a cause of it; those of suppressed ones are indented further. */
const FRAME = /^(?:\t| {2,8})at (?<frame>[^\s()]+)\(/;
const JDK = /^(?:java|javax|jdk|sun|com\.sun)\./;

/** Follows the lines of one record and keeps class and frame of the root cause: a few words of memory, however long the trace. */
export class RootCause {
  #head: string | null = null;
  #cause: string | null = null;
  #frame: string | null = null;
  #isWrapped = false;

  /** @returns whether the line belongs to a stack trace, and thus not to the message. */
  follow(line: string): boolean {
    const cause = CAUSE.exec(line);
    if (cause) {
      this.#cause = cause.groups!["class"]!;
      this.#frame = null;
    }
    // Where the root cause comes first, what follows is what it was wrapped in.
    this.#isWrapped ||= line.startsWith("Wrapped by: ");
    this.#noteFrame(line);
    if (cause || isInsideTrace(line)) return true;
    const head = this.#head === null ? throwableAtStart(line) : null;
    this.#head ??= head;
    return head !== null;
  }

  /** The first frame of the root cause that is not the JDK's, as `class.method`; the very first where there is no other. */
  get frame(): string | null {
    return this.#frame;
  }

  #noteFrame(line: string): void {
    if (this.#isWrapped || (this.#frame !== null && !JDK.test(this.#frame))) return;
    const written = FRAME.exec(line)?.groups!["frame"];
    // A lambda's class has a number that differs at each start; loader and module in front of a class say nothing here.
    const frame = written?.replace(/\$\$Lambda.*?(?=\.[\w$<>]+$)/, "").replace(/^.*\//, "");
    if (frame !== undefined && (this.#frame === null || !JDK.test(frame))) this.#frame = frame;
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

/** Class and frame of the root cause of a whole stack trace; null where the lines hold none. */
export function rootCauseIn(lines: readonly string[]): { readonly class: string | null; readonly frame: string | null } {
  const cause = new RootCause();
  for (const line of lines) cause.follow(line);
  return { class: cause.class, frame: cause.frame };
}
