import { isHeaptideError } from "@heaptide/base";
import { type HeapIndex, holdersOf, nameOf, type OpenDump, openDump, reportHeap } from "@heaptide/hprof";
import type { FlameNode } from "../../charts/flame.ts";
import { simpleName } from "../../format.ts";
import type { FileFailure, HeapQuestion, HeapReply } from "./reply.ts";

/** Analyses one dump off the page's thread, and keeps it open for what is asked of it afterwards. */
let dump: OpenDump | null = null;

/** A node of the retained tree that keeps less of the heap than this is too small to be seen. */
const LEAST_SHARE = 0.003;
const MOST_CLASSES = 20_000;

addEventListener(
  "message",
  (event: MessageEvent<HeapQuestion>) => void answer(event.data).catch((error: unknown) => reply(failureOf(error))),
);

async function answer(question: HeapQuestion): Promise<void> {
  if (question.ask === "holders") {
    if (dump !== null) reply({ kind: "holders", class: question.class, holders: await holdersOf(dump.reader, question.class) });
    return;
  }
  dump = await openDump(question.file, { workers: 1, onProgress: ({ stage, done }) => reply({ kind: "progress", stage, done }) });
  reply({ kind: "heap", report: await reportHeap(dump.reader, { top: MOST_CLASSES }), tree: retainedTree(dump.index) });
}

/**
 * Who retains what, as a tree: of a node that is shown all dominators are, for they retain more. One pass over all objects, and only the big ones are
 * remembered.
 */
function retainedTree(index: HeapIndex): FlameNode {
  const total = index.tree.reachBytes[0];
  const children = new Map<number, number[]>();
  for (let object = 0; object < index.count; object++) {
    if (index.retained(object) < total * LEAST_SHARE) continue;
    const dominator = index.columns.dominators[object]!;
    children.set(dominator, [...(children.get(dominator) ?? []), object]);
  }
  const nodesOf = (dominator: number): FlameNode[] =>
    (children.get(dominator) ?? [])
      .map((object): FlameNode => {
        const name = nameOf(index, object);
        return { name: simpleName(name), detail: name, weight: index.retained(object), isUser: false, children: nodesOf(object) };
      })
      .sort((a, b) => b.weight - a.weight);
  return {
    name: "everything that is alive",
    detail: "everything that is alive",
    weight: total,
    isUser: false,
    children: nodesOf(index.count),
  };
}

function failureOf(error: unknown): FileFailure {
  if (isHeaptideError(error)) return { kind: "failure", ...error.toJSON() };
  return { kind: "failure", code: "BUG", message: String(error), next: "Try heaptide heap on the command line, and please report it." };
}

const reply = (message: HeapReply): void => postMessage(message);
