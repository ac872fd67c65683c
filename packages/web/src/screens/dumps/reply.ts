import type { AllocationsView } from "@heaptide/model";

/** What a worker says of a file. */
export interface FileFailure {
  readonly kind: "failure";
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

export interface RecordingRead {
  readonly kind: "recording";
  readonly from: number;
  readonly to: number;
  readonly chunks: number;
  readonly jvm: Readonly<Record<string, unknown>> | null;
  readonly liveSet: { readonly at: readonly number[]; readonly value: readonly number[] } | null;
  /** Why only its beginning could be read; null for a whole one. */
  readonly incomplete: string | null;
  readonly view: AllocationsView;
}

export type RecordingReply = RecordingRead | FileFailure;
