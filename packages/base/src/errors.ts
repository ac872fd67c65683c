import { ACCESS_ERRORS } from "./errors/access.ts";
import { CLI_ERRORS } from "./errors/cli.ts";
import type { Entry } from "./errors/entry.ts";
import { FLINK_ERRORS } from "./errors/flink.ts";
import { FORMAT_ERRORS } from "./errors/format.ts";
import { JVM_ERRORS } from "./errors/jvm.ts";
import { OPERATIONS_ERRORS } from "./errors/operations.ts";
import { SERVER_ERRORS } from "./errors/server.ts";
import { STORE_ERRORS } from "./errors/store.ts";

/**
 * Every expected failure of Heaptide, in one catalogue; a file for each field in `errors/`.
 *
 * A code is stable: scripts match on it and docs/errors.md lists it. Bugs are not in here: they throw as they are.
 */
export const ERROR_CATALOGUE = {
  ...FORMAT_ERRORS,
  ...JVM_ERRORS,
  ...FLINK_ERRORS,
  ...STORE_ERRORS,
  ...SERVER_ERRORS,
  ...OPERATIONS_ERRORS,
  ...ACCESS_ERRORS,
  ...CLI_ERRORS,
} as const;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
export type ErrorDetail<C extends ErrorCode> = Parameters<(typeof ERROR_CATALOGUE)[C]["say"]>[0];

/** An expected failure. `message` is for a person, `code` and `detail` for a program, `next` is what to do about it. */
export class HeaptideError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly detail: ErrorDetail<C>;
  readonly next: string;

  constructor(code: C, detail: ErrorDetail<C>, options?: ErrorOptions) {
    const entry = ERROR_CATALOGUE[code] as unknown as Entry<ErrorDetail<C>>;
    super(entry.say(detail), options);
    this.name = "HeaptideError";
    this.code = code;
    this.detail = detail;
    this.next = entry.next(detail);
  }

  /** What `--json` and the API print of a failure. */
  toJSON(): { code: string; message: string; next: string } {
    return { code: this.code, message: this.message, next: this.next };
  }
}

/** Is this an expected failure, and, where a code is named, that one? */
export function isHeaptideError<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is HeaptideError<C> {
  return error instanceof HeaptideError && (code === undefined || error.code === code);
}
