import { type HeapQuestions, openHeap, type OpenHeap, type Question } from "@heaptide/hprof/browser";
import { useCallback, useEffect, useState } from "react";
import { type FileFailure, failureOf } from "./reply.ts";

/** A dump that is being read, was read, or could not be. */
export type DumpState =
  | { readonly kind: "reading"; readonly stage: string; readonly done: number }
  | { readonly kind: "open"; readonly heap: OpenHeap }
  | FileFailure;

/** @param beside bytes of other dumps that are open: they need their memory too */
export function useDump(file: File, beside: number): DumpState {
  const [state, setState] = useState<DumpState>({ kind: "reading", stage: "opening", done: 0 });
  useEffect(() => {
    const closing = new AbortController();
    let heap: OpenHeap | null = null;
    const open = async (): Promise<void> => {
      try {
        heap = await openHeap(file, {
          signal: closing.signal,
          beside,
          // What is asked of an open dump may tell how far it is as well: the dump stays open.
          onProgress: ({ stage, done }) => setState((before) => (before.kind === "reading" ? { kind: "reading", stage, done } : before)),
        });
        if (closing.signal.aborted) heap.close();
        else setState({ kind: "open", heap });
      } catch (error) {
        if (!closing.signal.aborted) setState(failureOf(error));
      }
    };
    void open();
    return () => {
      closing.abort();
      heap?.close();
    };
    // What else is open when it is opened decides; what is opened later must fit beside it.
  }, [file]);
  return state;
}

/** What a dump answers: nothing yet, an answer, or a failure. */
export type Answered<T> = { readonly kind: "waiting" } | { readonly kind: "answer"; readonly value: T } | FileFailure;

/** Asks once, and again where the question changes. A null question is none. */
export function useAnswer<Name extends Question>(
  heap: OpenHeap,
  question: Name | null,
  ...given: Parameters<HeapQuestions[Name]>
): Answered<ReturnType<HeapQuestions[Name]>> {
  const [answer, setAnswer] = useState<Answered<ReturnType<HeapQuestions[Name]>>>({ kind: "waiting" });
  const key = JSON.stringify(given);
  const ask = useCallback(
    (signal: AbortSignal) => heap.ask(question!, JSON.parse(key) as Parameters<HeapQuestions[Name]>, signal),
    [heap, question, key],
  );
  useEffect(() => {
    if (question === null) return;
    const leaving = new AbortController();
    setAnswer({ kind: "waiting" });
    ask(leaving.signal).then(
      (value) => setAnswer({ kind: "answer", value }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setAnswer(failureOf(error));
      },
    );
    return () => leaving.abort();
  }, [ask, question]);
  return answer;
}
