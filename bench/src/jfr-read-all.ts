/** Decodes every field of every event of a recording; prints how many events, and the peak of its resident memory in KiB. Run by `jfr.ts`. */
import module from "node:module";

// As `heaptide` itself does: what was compiled once is kept.
module.enableCompileCache?.();
const { readRecording, withSource } = await import("@heaptide/jfr");

let events = 0;
const everything = {
  open: (chunk: { readonly types: { readonly events: readonly { readonly name: string }[] } }) =>
    new Map(chunk.types.events.map(({ name }) => [name, () => void events++] as const)),
};
await withSource(process.argv[2]!, (source) => readRecording(source, [everything]));
process.stdout.write(`${events} ${process.resourceUsage().maxRSS}\n`);
