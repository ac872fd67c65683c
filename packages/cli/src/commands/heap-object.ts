import { HeaptideError } from "@heaptide/base";
import { type InspectedObject, inspectObject, type Referrers, referrersOf } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { formatHeapObject } from "../format/heap-object.ts";
import { count, fileArgument, flag, memoryOption, textArgument } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapObjectResult extends InspectedObject {
  readonly type: "heap-object";
  readonly file: string;
  /** null where they were not asked for. */
  readonly referrers: Referrers | null;
}

export const command = defineCommand({
  description:
    "Shows one object of a heap dump: class, sizes, fields with their values, texts of strings, elements of an array, statics of a class object. With " +
    "--referrers also what refers to it, weak references too, for which the whole file is read once more.",
  options: {
    file: fileArgument("a heap dump"),
    address: textArgument("address", "of the object, as other commands show it (0x7f00a8)"),
    referrers: flag("what refers to it"),
    top: count("n", "elements and referrers to show", 50),
    memory: memoryOption,
  },
  examples: [
    { line: "heaptide heap object heap.hprof 0x740000370", says: "its fields" },
    { line: "heaptide heap object heap.hprof 0x740000370 --referrers --json", says: "and what refers to it, for a program" },
  ],
  run: (context, { file, address, referrers, top, memory }): Promise<HeapObjectResult> =>
    withDump(context, { file, memory }, async ({ index, reader }) => {
      const object = index.at(Number.parseInt(address.replace(/^0x/i, ""), 16));
      if (object === null) throw new HeaptideError("HEAP_OBJECT_UNKNOWN", { file, address });
      return {
        type: "heap-object",
        file,
        ...(await inspectObject(reader, object, { elements: top })),
        referrers: referrers ? await referrersOf(reader, object, { top }) : null,
      };
    }),
  format: formatHeapObject,
});
