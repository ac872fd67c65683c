import {
  dumpHistogram,
  duplicateStrings,
  inspectObject,
  openDump,
  queryHeap,
  referrersOf,
  reportFill,
  reportHeap,
  reportUnreachable,
  summarizeHeap,
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

export const target: FuzzTarget = {
  seeds: [shop({ idSize: 8, segment: Infinity }), shop({ idSize: 8, segment: 300 }), shop({ idSize: 4, segment: 500 })],
  /** Everything that can be asked of a dump without naming something in it. */
  async parse(bytes) {
    await dumpHistogram(bytes, { kernel: "plain" });
    const dump = await openDump(bytes, { kernel: "plain" });
    const { index, reader } = dump;
    try {
      const { missing } = await reportHeap(reader);
      await duplicateStrings(reader);
      await reportFill(index);
      reportUnreachable(index);
      await summarizeHeap(reader);
      if (index.count > 0) {
        await inspectObject(reader, 0);
        await referrersOf(reader, index.count - 1);
      }
      await queryHeap(reader, "select * from *", { most: 3 });
      const { cut, damaged, duplicates, short } = missing;
      return cut !== null || damaged.stretches > 0 || duplicates > 0 || short > 0 ? "a part" : "an answer";
    } finally {
      await dump.close();
    }
  },
};
