/** Opens one dump and answers for it until it is ended. Started by `open-heap.ts`. */
import { openDump, type OpenDump } from "../open-dump.ts";
import { isGzipBlob, unpackBlob } from "../gunzip-blob.ts";
import type { Progress } from "../index/work.ts";
import { holdBlob } from "./held-source.ts";
import { forecastMemory, mayHold, requireMemory } from "./memory.ts";
import { type HeapReply, type HeapRequest, type Room, sent } from "./messages.ts";
import { ANSWERING } from "./questions.ts";

/** What of a worker's world is used here: the library of the page's types does not know it. */
const page = globalThis as unknown as {
  postMessage(reply: HeapReply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: HeapRequest }) => void): void;
};
const running = new Map<number, AbortController>();
let dump: OpenDump | undefined;

page.addEventListener("message", ({ data }) => {
  if (data.kind === "cancel") running.get(data.id)?.abort();
  else void answer(data);
});

async function answer(request: Exclude<HeapRequest, { kind: "cancel" }>): Promise<void> {
  const { id } = request;
  const stopping = new AbortController();
  running.set(id, stopping);
  try {
    const value = request.kind === "open" ? await open(request.dump, request.room) : await ask(request, stopping.signal);
    page.postMessage({ kind: "answer", id, value }, []);
  } catch (error) {
    page.postMessage({ kind: "failed", id, error: sent(error) }, []);
  } finally {
    running.delete(id);
  }
}

async function open(given: Blob, { beside, memory }: Room): Promise<null> {
  const onProgress = (progress: Progress): void => page.postMessage({ kind: "progress", progress }, []);
  let blob = given;
  if (await isGzipBlob(given)) {
    onProgress({ stage: "unpacking", done: 0 });
    blob = await unpackBlob(given);
    requireMemory(forecastMemory(blob.size + beside, memory ?? undefined));
  }
  const name = "name" in given && typeof given.name === "string" ? given.name : "the dump";
  const file = new File([blob], name);
  const isHeld = typeof SharedArrayBuffer !== "undefined" && mayHold(blob.size, beside, memory ?? undefined);
  dump = await openDump(isHeld ? await holdBlob(file, onProgress) : file, { onProgress });
  return null;
}

function ask({ question, given }: Extract<HeapRequest, { kind: "ask" }>, signal: AbortSignal): unknown {
  if (!dump) throw new Error("A dump was asked before it was open.");
  const answering = ANSWERING[question] as (dump: OpenDump, signal: AbortSignal, ...given: readonly unknown[]) => unknown;
  return answering(dump, signal, ...given);
}
