import type { Progress } from "../index/work.ts";
import { forecastMemory, requireMemory } from "./memory.ts";
import { type HeapReply, type HeapRequest, received } from "./messages.ts";
import type { HeapQuestions, Question } from "./questions.ts";

export interface OpenHeapOptions {
  /** Aborted while the dump is read, the worker ends at once and its memory is free. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Bytes of memory that the machine has, where the page knows better than the browser, or wants to try all the same. */
  readonly memory?: number;
  /** Bytes of other dumps that are open at the same time: they need their memory too. */
  readonly beside?: number;
}

/** A dump that a worker holds open. Answers are plain data; each can be given up by a signal. */
export interface OpenHeap {
  ask<Name extends Question>(
    question: Name,
    given: Parameters<HeapQuestions[Name]>,
    signal?: AbortSignal,
  ): Promise<ReturnType<HeapQuestions[Name]>>;
  /** Ends the worker; its memory is free. What was asked and not yet answered fails. */
  close(): void;
}

/**
 * Opens a dump in a worker of its own, so that the page stays alive.
 * @throws HEAP_DUMP_TOO_LARGE before anything is read, where it would not fit; whatever `openDump` throws; the signal's reason
 */
export async function openHeap(dump: Blob, options: OpenHeapOptions = {}): Promise<OpenHeap> {
  options.signal?.throwIfAborted();
  const room = { beside: options.beside ?? 0, memory: options.memory ?? null };
  requireMemory(forecastMemory(dump.size + room.beside, room.memory ?? undefined));
  const line = new Line(new Worker(new URL("./heap.worker.ts", import.meta.url), { type: "module" }), options.onProgress);
  const stop = (): void => line.end(options.signal?.reason);
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    await line.send((id) => ({ kind: "open", id, dump, room }));
  } catch (error) {
    line.end(error);
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
  return {
    ask: async (question, given, signal) => (await line.send((id) => ({ kind: "ask", id, question, given }), signal)) as never,
    close: () => line.end(new DOMException("The dump was closed.", "AbortError")),
  };
}

/** Requests to a worker, and who waits for which answer. */
class Line {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  #next = 1;
  #ended: { readonly why: unknown } | null = null;

  constructor(worker: Worker, onProgress: OpenHeapOptions["onProgress"]) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<HeapReply>) => {
      if (data.kind === "progress") onProgress?.(data.progress);
      else this.#settle(data);
    });
    // A worker that runs out of memory, or whose script is not there.
    worker.addEventListener("error", (event) => this.end(new Error(event.message || "The worker that reads the dump has ended.")));
  }

  send(request: (id: number) => HeapRequest, signal?: AbortSignal): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended.why);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    this.#worker.postMessage(request(id), []);
    const cancel = (): void => {
      this.#worker.postMessage({ kind: "cancel", id } satisfies HeapRequest, []);
      this.#waiting.delete(id);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    return promise.finally(() => signal?.removeEventListener("abort", cancel));
  }

  end(why: unknown): void {
    this.#ended ??= { why };
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }

  #settle(reply: Exclude<HeapReply, { kind: "progress" }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === "answer") waiting?.resolve(reply.value);
    else waiting?.reject(received(reply.error));
  }
}
