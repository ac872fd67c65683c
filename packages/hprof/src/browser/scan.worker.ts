/** A worker of `browserHands`: runs passes over its part of the batches until it is ended. */
import { ArenaViews } from "../arena-views.ts";
import { blobSource } from "../blob-source.ts";
import { bytesSource } from "../source.ts";
import { replyTo, transferred } from "../index/hand-reply.ts";
import type { PassRequest } from "../index/pass.ts";
import { loadKernel } from "../kernel/load.ts";
import type { BrowserHandSetup } from "./scan-hands.ts";

/** What of a worker's world is used here: the library of the page's types does not know it. */
const page = globalThis as unknown as {
  postMessage(reply: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: BrowserHandSetup | PassRequest }) => void): void;
};
let ready: ReturnType<typeof prepare> | undefined;

page.addEventListener("message", ({ data }) => {
  if ("shared" in data) ready = prepare(data);
  else void answer(data);
});

async function prepare({ memory, buffer, module, shared }: BrowserHandSetup) {
  const arena = new ArenaViews(memory, buffer);
  return {
    arena,
    kernel: await loadKernel(arena, module),
    source: shared instanceof Blob ? blobSource(shared) : bytesSource(new Uint8Array(shared)),
  };
}

async function answer(request: PassRequest): Promise<void> {
  if (ready === undefined) throw new Error("A pass was asked for before the dump was named.");
  const { arena, kernel, source } = await ready;
  const reply = await replyTo(request, kernel, arena, source);
  page.postMessage(reply, transferred(reply));
}
