import { HeaptideError } from "@heaptide/base";
import { describePath, type Holders, holdersOf, type OpenDump, type RootPath, shortestPath } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { formatHeapPath } from "../format/heap-path.ts";
import { nearest } from "../nearest.ts";
import { count, fileArgument, memoryOption, type OptionSpec } from "../options.ts";
import { withDump } from "../with-dump.ts";

/** Of a class: paths to its objects, merged. Of one object: its path, null where nothing but weak references leads there. */
export type HeapPathResult =
  | ({ readonly type: "heap-path"; readonly file: string; readonly of: "class" } & Holders)
  | { readonly type: "heap-path"; readonly file: string; readonly of: "object"; readonly path: RootPath | null; readonly retained: number };

const target: OptionSpec<string> = {
  ...fileArgument("a class as in Java source (com.shop.Cart), or an object by its address (0x7f00a8)"),
  placeholder: "class|address",
  expected: "a class or an address",
};

export const command = defineCommand({
  description:
    "Says what keeps an object, or the objects of a class, alive: the shortest paths of references from what the JVM always keeps, paths of the " +
    "same classes merged, and everything that would go with them. Weak, soft, phantom and final references keep nothing.",
  options: {
    file: fileArgument("a heap dump"),
    target,
    top: count("n", "paths and classes to show", 10),
    memory: memoryOption,
  },
  examples: [
    { line: "heaptide heap path heap.hprof com.shop.Cart", says: "what holds the objects of a class, and what they hold" },
    { line: "heaptide heap path heap.hprof 0x740000370", says: "of one object, as `heaptide heap` shows its address" },
  ],
  run: (context, { file, target: wanted, top, memory }) =>
    withDump(context, { file, memory }, (dump) =>
      /^(?:0x)?[\da-f]{6,}$/i.test(wanted) ? ofObject(dump, file, wanted) : ofClass(dump, file, wanted, top),
    ),
  format: formatHeapPath,
});

async function ofObject({ index, reader }: OpenDump, file: string, address: string): Promise<HeapPathResult> {
  const object = index.at(Number.parseInt(address.replace(/^0x/i, ""), 16));
  if (object === null) throw new HeaptideError("HEAP_OBJECT_UNKNOWN", { file, address });
  const path = shortestPath(index, object);
  return {
    type: "heap-path",
    file,
    of: "object",
    path: path && (await describePath(reader, path)),
    retained: index.retained(object),
  };
}

async function ofClass({ index, reader }: OpenDump, file: string, name: string, top: number): Promise<HeapPathResult> {
  const holders = await holdersOf(reader, name, { paths: top, top });
  if (holders) return { type: "heap-path", file, of: "class", ...holders };
  const names = index.table.classes.map((heapClass) => heapClass.name);
  const simple = names.find((known) => known.endsWith(`.${name}`) || known.endsWith(`$${name}`));
  throw new HeaptideError("HEAP_CLASS_UNKNOWN", { file, class: name, nearest: simple ?? nearest(name, names) ?? null });
}
