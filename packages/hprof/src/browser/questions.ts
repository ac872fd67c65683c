import { HeaptideError } from "@heaptide/base";
import { type Holders, holdersOf } from "../analysis/holders.ts";
import { type ClassRow, classRows, type HeapReport, reportHeap } from "../analysis/report.ts";
import { describePath, type RootPath, shortestPath } from "../analysis/paths.ts";
import type { OpenDump } from "../open-dump.ts";
import { queryHeap, type QueryResult } from "../query/run.ts";

/** What a page can ask of a dump: plain data in both directions, since it goes from thread to thread. */
export interface HeapQuestions {
  report(options?: { readonly top?: number }): HeapReport;
  /** All classes, most bytes first. */
  classes(): readonly ClassRow[];
  /** What holds the objects of a class; null where the dump has no such class. */
  holders(className: string, options?: { readonly paths?: number; readonly top?: number }): Holders | null;
  /** What keeps an object, by its address; null where nothing but weak references leads there. */
  path(address: string): RootPath | null;
  query(text: string, options?: { readonly most?: number }): QueryResult;
}

export type Question = keyof HeapQuestions;

type Answering = {
  readonly [Name in Question]: (
    dump: OpenDump,
    signal: AbortSignal,
    ...given: Parameters<HeapQuestions[Name]>
  ) => Promise<ReturnType<HeapQuestions[Name]>> | ReturnType<HeapQuestions[Name]>;
};

/** To add a question: a line above and one here. */
export const ANSWERING: Answering = {
  report: ({ reader }, _signal, options) => reportHeap(reader, options),
  classes: ({ index }) => classRows(index),
  holders: ({ reader }, _signal, className, options) => holdersOf(reader, className, options),
  path: async ({ index, reader }, _signal, address) => {
    const object = index.at(Number.parseInt(address.replace(/^0x/i, ""), 16));
    if (object === null) throw new HeaptideError("HEAP_OBJECT_UNKNOWN", { file: index.work.source.name, address });
    const path = shortestPath(index, object);
    return path && describePath(reader, path);
  },
  query: ({ reader }, signal, text, options) => queryHeap(reader, text, { ...options, signal }),
};
