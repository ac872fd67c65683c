import {
  dumpHistogram,
  duplicateStrings,
  inspectObject,
  loaderObjects,
  openDump,
  type OpenDump,
  queryHeap,
  referrersOf,
  reportFill,
  reportHeap,
  reportUnreachable,
  summarizeHeap,
  threadsOf,
} from "@heaptide/hprof";
import { HeapDumpBuilder } from "@heaptide/testkit";
import type { FuzzTarget } from "./target.ts";

/** A static map of carts with names, a thread with a local variable, a weak reference, a class of another loader, some garbage. */
function shop({ idSize, segment }: { readonly idSize: 4 | 8; readonly segment: number }): Uint8Array<ArrayBuffer> {
  const dump = new HeapDumpBuilder({ idSize, version: idSize === 4 ? "1.0.1" : "1.0.2" });
  const object = dump.class("java/lang/Object");
  const extended = (name: string, fields: Parameters<typeof dump.class>[1] = {}) => dump.class(name, { superClass: object, ...fields });
  const string = extended("java/lang/String", {
    fields: [
      ["value", "object"],
      ["coder", "byte"],
    ],
  });
  const thread = extended("java/lang/Thread", { fields: [["name", "object"]] });
  const loader = extended("java/lang/ClassLoader", { fields: [["parent", "object"]] });
  const map = extended("java/util/HashMap", {
    fields: [
      ["size", "int"],
      ["table", "object"],
    ],
  });
  const cart = extended("shop/Cart", {
    fields: [
      ["name", "object"],
      ["total", "double"],
      ["items", "long"],
    ],
  });
  const array = extended("[Ljava/lang/Object;");
  const text = (value: string) => dump.instance(string, [dump.primitives("byte", [...new TextEncoder().encode(value)]), 0]);
  const carts = ["a", "b", "a"].map((name) => dump.instance(cart, [text(name), 2.5, 7]));
  const kept = dump.instance(map, [3, dump.objects(array, [...carts, 0])]);
  const main = extended("shop/Main", {
    statics: [
      ["CARTS", "object", kept],
      ["COUNT", "int", 3],
    ],
    loader: dump.instance(loader, [0]),
  });
  const worker = dump.instance(thread, [text("worker")]);
  dump.root("thread", worker, 1, 1);
  dump.root("javaFrame", carts[1]!, 1, 0);
  dump.instance(cart, [text("lost"), 0, 0]);
  for (const heapClass of [object, string, thread, map, cart, array, main]) dump.root("stickyClass", heapClass.id);
  return dump.build({ segment });
}

/** What can be asked of a dump without naming something in it, beside its histogram and its report. */
const VIEWS: readonly ((dump: OpenDump) => unknown)[] = [
  ({ reader }) => duplicateStrings(reader),
  ({ index }) => reportFill(index),
  ({ index }) => reportUnreachable(index),
  ({ reader }) => summarizeHeap(reader),
  ({ reader }) => threadsOf(reader),
  ({ reader }) => loaderObjects(reader),
  ({ index, reader }) => (index.count > 0 ? inspectObject(reader, 0) : null),
  ({ index, reader }) => (index.count > 0 ? referrersOf(reader, index.count - 1) : null),
  ({ reader }) => queryHeap(reader, "select * from *", { most: 3 }),
];

export const target: FuzzTarget = {
  seeds: [shop({ idSize: 8, segment: Infinity }), shop({ idSize: 8, segment: 300 }), shop({ idSize: 4, segment: 500 })],
  /** The histogram, the analysis and the report of each; of the other views two in turn, or a million inputs would take an hour. */
  async parse(bytes, input) {
    await dumpHistogram(bytes, { kernel: "plain" });
    const dump = await openDump(bytes, { kernel: "plain" });
    try {
      const { missing } = await reportHeap(dump.reader);
      for (const view of [input, input + 1]) await VIEWS[view % VIEWS.length]!(dump);
      const { cut, damaged, duplicates, short } = missing;
      return cut !== null || damaged.stretches > 0 || duplicates > 0 || short > 0 ? "a part" : "an answer";
    } finally {
      await dump.close();
    }
  },
};
