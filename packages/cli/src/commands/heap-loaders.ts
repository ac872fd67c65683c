import { formatBytes } from "@heaptide/base";
import { type LoaderObject, loaderObjects } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { pathLines } from "../format/heap-path.ts";
import { formatCount } from "../format/table.ts";
import { count, fileArgument, memoryOption, text } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapLoadersResult {
  readonly type: "heap-loaders";
  readonly file: string;
  readonly loaders: readonly LoaderObject[];
}

export const command = defineCommand({
  description:
    "Lists the class loaders of a heap dump one by one, with what keeps each alive. Flink makes a ChildFirstClassLoader for each job: one that is still held after its " +
    "job ended keeps all classes of the job, and its path says by what.",
  options: {
    file: fileArgument("a heap dump"),
    of: text("class", "loaders of this class alone, as in Java source"),
    top: count("n", "loaders to show", 10),
    memory: memoryOption,
  },
  examples: [
    { line: "heaptide heap loaders heap.hprof", says: "every loader, the heaviest first" },
    {
      line: "heaptide heap loaders heap.hprof --of org.apache.flink.util.ChildFirstClassLoader",
      says: "those of Flink's jobs, and what holds them",
    },
  ],
  run: (context, { file, of, top, memory }): Promise<HeapLoadersResult> =>
    withDump(context, { file, memory }, async ({ reader }) => ({
      type: "heap-loaders",
      file,
      loaders: await loaderObjects(reader, { of, top }),
    })),
  format({ loaders }, terminal) {
    if (loaders.length === 0) return "There is no such class loader.";
    return loaders
      .map(({ class: name, address, name: own, classes, examples, retained, holder, path }) =>
        [
          terminal.style("bold", `${name}${own === null ? "" : ` "${own}"`} ${address}: ${holder}`),
          `  ${formatCount(classes)} classes (${examples.join(", ")}${classes > examples.length ? ", …" : ""}), whose objects retain ${formatBytes(retained)}`,
          ...(path ? pathLines(path, terminal) : []),
        ].join("\n"),
      )
      .join("\n\n");
  },
});
