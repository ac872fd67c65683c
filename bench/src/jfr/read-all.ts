/**
 * Decodes every field of every event of a recording, and the stack of each that has one; with `--leaks` only what `heaptide jfr` needs. Prints events,
 * frames of their stacks, and the peak of resident memory in KiB. Run by `../jfr.ts`.
 */
import module from "node:module";
import type { Chunk, EventHandler } from "@heaptide/jfr";

// As `heaptide` itself does: what was compiled once is kept.
module.enableCompileCache?.();
const { readRecording, Struct, summarizeRecording, withSource } = await import("@heaptide/jfr");

let events = 0;
let frames = 0;
const [file = "", mode] = process.argv.slice(2);
if (mode === "--leaks") events = (await summarizeRecording(file)).events.reduce((sum, { count }) => sum + count, 0);
else await withSource(file, (source) => readRecording(source, [{ open: everyType }]));
process.stdout.write(`${events} ${frames} ${process.resourceUsage().maxRSS}\n`);

function everyType(chunk: Chunk): ReadonlyMap<string, EventHandler> {
  return new Map(chunk.types.events.map(({ name }) => [name, counting()]));
}

/** A slot is the same for all events of a type in a chunk: it is looked up once. */
function counting(): EventHandler {
  let stackSlot: number | undefined;
  return (event) => {
    events++;
    stackSlot ??= event.slot("stackTrace");
    const stack = event.pooled(stackSlot);
    const its = stack instanceof Struct ? stack.get("frames") : undefined;
    if (Array.isArray(its)) frames += its.length;
  };
}
