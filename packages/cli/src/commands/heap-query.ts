import { queryHeap, type QueryResult } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { formatHeapQuery } from "../format/heap-query.ts";
import { count, fileArgument, memoryOption, type OptionSpec } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapQueryResult extends QueryResult {
  readonly type: "heap-query";
  readonly file: string;
}

const query: OptionSpec<string> = { ...fileArgument("a query, in quotes"), placeholder: "query", expected: "a query" };

export const command = defineCommand({
  description:
    "Asks a heap dump, in a subset of OQL:\n\n" +
    "  select <* or expressions, each `as` a name> from [instanceof] <class> [name] [where <condition>] [order by <expression> [desc]] [limit <n>]\n\n" +
    "A class is named as in Java source, `*` stands for any characters, instanceof takes subclasses along. Objects are called by the name behind the " +
    "class, or o. Fields o.a.b, elements o.table[3], and or not, = != < <= > >=, like with %, + - * /, numbers, 'texts', null, true, false. " +
    "Functions of an object: retained shallow address class text length path reach dominator. Over all that match: count sum min max avg.\n\n" +
    "Fields, texts and elements are read from the file, some 0.1 ms for each object; the rest is known.",
  options: {
    file: fileArgument("a heap dump"),
    query,
    top: count("n", "rows, unless the query says fewer", 100),
    memory: memoryOption,
  },
  examples: [
    {
      line: 'heaptide heap query heap.hprof "select address(m), retained(m) from java.util.TreeMap m order by retained(m) desc limit 10"',
      says: "the largest of a class",
    },
    {
      line: "heaptide heap query heap.hprof \"select o.name, path(o) from instanceof java.lang.Thread o where not o.name like 'pool-%'\"",
      says: "fields, conditions, and what keeps each",
    },
    { line: 'heaptide heap query heap.hprof "select count(*), sum(shallow(o)) from java.util.*Map o" --json', says: "sums, for a program" },
  ],
  run: (context, { file, query: text, top, memory }): Promise<HeapQueryResult> =>
    withDump(context, { file, memory }, async ({ reader }) => {
      const onProgress = (done: number): void => context.progress.update(`${file}: asking ${Math.round(done * 100)} %`);
      return { type: "heap-query", file, ...(await queryHeap(reader, text, { most: top, signal: context.signal, onProgress })) };
    }),
  format: formatHeapQuery,
});
