import { isHeaptideError } from "@heaptide/base";
import type { AllocationsView } from "@heaptide/model";

/** What workers say of a file. */
export interface FileFailure {
  readonly kind: "failure";
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

interface RecordingRead {
  readonly kind: "recording";
  readonly from: number;
  readonly to: number;
  readonly chunks: number;
  readonly liveSet: { readonly at: readonly number[]; readonly value: readonly number[] } | null;
  /** Why only its beginning could be read; null for a whole one. */
  readonly incomplete: string | null;
  readonly view: AllocationsView;
}

export type RecordingReply = RecordingRead | FileFailure;

/** What to say of an error, expected or not. */
export function failureOf(error: unknown): FileFailure {
  if (isHeaptideError(error)) return { kind: "failure", ...error.toJSON() };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: "failure",
    code: "BUG",
    message: `Reading failed: ${message}`,
    next: "Try heaptide heap on the command line, and please report it.",
  };
}
