import { type ErrorCode, HeaptideError } from "@heaptide/base";
import type { Progress } from "../index/work.ts";
import type { Question } from "./questions.ts";

/** What memory there is for a dump that has to be unpacked first: how large it is shows only then. Bytes. */
export interface Room {
  readonly beside: number;
  readonly memory: number | null;
}

/** From the page to the worker. Each request has a number, which its answer bears. */
export type HeapRequest =
  | { readonly kind: "open"; readonly id: number; readonly dump: Blob; readonly room: Room }
  | { readonly kind: "ask"; readonly id: number; readonly question: Question; readonly given: readonly unknown[] }
  | { readonly kind: "cancel"; readonly id: number };

/** From the worker to the page. */
export type HeapReply =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly error: SentError };

/** An error that goes from thread to thread: a class would not. */
export type SentError =
  | { readonly code: string; readonly detail: unknown }
  | { readonly code: null; readonly name: string; readonly message: string; readonly stack: string };

export function sent(error: unknown): SentError {
  if (error instanceof HeaptideError) return { code: error.code, detail: error.detail };
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: null, name, message, stack: stack ?? "" };
}

export function received(error: SentError): Error {
  if (error.code !== null) return new HeaptideError(error.code as ErrorCode, error.detail as never);
  return Object.assign(new Error(error.message), { name: error.name, stack: error.stack });
}
