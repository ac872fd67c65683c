import type { HeapReport, Holders } from "@heaptide/hprof";
import type { AllocationsView } from "@heaptide/model";
import type { FlameNode } from "../../charts/flame.ts";

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

export type HeapQuestion = { readonly ask: "open"; readonly file: File } | { readonly ask: "holders"; readonly class: string };

export interface HeapRead {
  readonly kind: "heap";
  readonly report: HeapReport;
  /** By retained size. */
  readonly tree: FlameNode;
}

export type HeapReply =
  | HeapRead
  | { readonly kind: "progress"; readonly stage: string; readonly done: number }
  | { readonly kind: "holders"; readonly class: string; readonly holders: Holders | null }
  | FileFailure;
