import { HeaptideError } from "@heaptide/base";
import { type DuplicateStrings, duplicateStrings } from "../analysis/duplicate-strings.ts";
import { type FillReport, reportFill } from "../analysis/fill.ts";
import { type Holders, holdersOf } from "../analysis/holders.ts";
import { type LoaderObject, loaderObjects } from "../analysis/loaders.ts";
import { describePath, type RootPath, shortestPath } from "../analysis/paths.ts";
import { type ClassRow, classRows, type HeapReport, reportHeap } from "../analysis/report.ts";
import { type RetainedNode, retainedTree } from "../analysis/retained-tree.ts";
import { type ThreadRow, threadsOf } from "../analysis/threads.ts";
import { reportUnreachable, type Unreachable } from "../analysis/unreachable.ts";
import { type HeapSummary, summarizeHeap } from "../compare/summary.ts";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import { type InspectedObject, inspectObject, type Referrers, referrersOf } from "../inspect/inspector.ts";
import type { OpenDump } from "../open-dump.ts";
import { queryHeap, type QueryResult } from "../query/run.ts";

/** What a page can ask of a dump: plain data in both directions, since it goes from thread to thread. */
export interface HeapQuestions {
  report(options?: { readonly top?: number }): HeapReport;
  /** All classes, most bytes first. */
  classes(): readonly ClassRow[];
  /** What retains what, as far as it is large enough to be seen. */
  tree(): RetainedNode;
  /** What holds the objects of a class; null where the dump has no such class. */
  holders(className: string, options?: { readonly paths?: number; readonly top?: number }): Holders | null;
  /** What keeps an object, by its address; null where nothing but weak references leads there. */
  path(address: string): RootPath | null;
  /** Fields, elements or statics of an object. */
  object(address: string, options?: { readonly elements?: number }): InspectedObject;
  /** What refers to an object: reads the whole dump. */
  referrers(address: string, options?: { readonly top?: number }): Referrers;
  threads(): readonly ThreadRow[];
  loaders(options?: { readonly top?: number }): readonly LoaderObject[];
  /** These three read the whole dump. */
  strings(options?: { readonly top?: number }): DuplicateStrings;
  collections(options?: { readonly top?: number }): FillReport;
  unreachable(options?: { readonly top?: number }): Unreachable;
  /** What `compareHeaps` wants of each dump. */
  summary(name: string): HeapSummary;
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
  tree: ({ index }) => retainedTree(index),
  holders: ({ reader }, _signal, className, options) => holdersOf(reader, className, options),
  path: async ({ index, reader }, _signal, address) => {
    const path = shortestPath(index, objectAt(index, address));
    return path && describePath(reader, path);
  },
  object: ({ index, reader }, _signal, address, options) => inspectObject(reader, objectAt(index, address), options),
  referrers: ({ index, reader }, _signal, address, options) => referrersOf(reader, objectAt(index, address), options),
  threads: ({ reader }) => threadsOf(reader),
  loaders: ({ reader }, _signal, options) => loaderObjects(reader, options),
  strings: ({ reader }, _signal, options) => duplicateStrings(reader, options),
  collections: ({ index }, _signal, options) => reportFill(index, options),
  unreachable: ({ index }, _signal, options) => reportUnreachable(index, options),
  summary: ({ reader }, _signal, name) => summarizeHeap(reader, name),
  query: ({ reader }, signal, text, options) => queryHeap(reader, text, { ...options, signal }),
};

/** @throws HEAP_OBJECT_UNKNOWN */
function objectAt(index: HeapIndex, address: string): Ordinal {
  const object = index.at(Number.parseInt(address.replace(/^0x/i, ""), 16));
  if (object === null) throw new HeaptideError("HEAP_OBJECT_UNKNOWN", { file: index.work.source.name, address });
  return object;
}
