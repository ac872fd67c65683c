import { HeapDumpBuilder } from "@heaptide/testkit";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressOf, describePath, openDump, type OpenDump, type OpenOptions, queryHeap, reportHeap, shortestPath } from "../index.ts";
import { savedIndexPath } from "./saved-file.ts";

/** A static list of carts with names, one of which is larger than its byte of size can say. */
function shop(): Uint8Array<ArrayBuffer> {
  const dump = new HeapDumpBuilder();
  const object = dump.class("java/lang/Object");
  const cart = dump.class("shop/Cart", { superClass: object, fields: [["name", "object"]] });
  const array = dump.class("[Lshop/Cart;", { superClass: object });
  const carts = dump.address();
  const main = dump.class("shop/Main", { superClass: object, statics: [["CARTS", "object", carts]] });
  const names = [10, 200, 5000].map((length) => dump.primitives("byte", new Array<number>(length).fill(65)));
  dump.objects(
    array,
    names.map((name) => dump.instance(cart, [name])),
    carts,
  );
  for (const heapClass of [object, cart, array, main]) dump.root("stickyClass", heapClass.id);
  dump.primitives("int", [1, 2, 3]);
  return dump.build({ segment: 200 });
}

describe("an analysis that was saved", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "heaptide-saved-"));
    file = join(folder, "heap.hprof");
    await writeFile(file, shop());
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function all({ index, reader }: OpenDump): Promise<unknown> {
    const objects = Array.from({ length: index.count }, (_, object) => ({
      address: addressOf(index, object),
      at: index.at(index.address(object)),
      class: index.className(object),
      sizes: [index.shallow(object), index.retained(object)],
      above: [index.dominator(object), index.before(object), index.reach(object)],
    }));
    const path = shortestPath(index, index.instancesOf(index.table.named("shop.Cart")[0]!.index).next().value);
    return {
      objects,
      report: await reportHeap(reader, { top: 5 }),
      path: await describePath(reader, path!),
      query: await queryHeap(reader, "select address(c), retained(c), c.name from shop.Cart c order by retained(c) desc"),
    };
  }

  async function withDump<T>(options: OpenOptions, use: (dump: OpenDump) => Promise<T>): Promise<T> {
    const dump = await openDump(file, options);
    try {
      return await use(dump);
    } finally {
      await dump.close();
    }
  }

  it.each(["wasm", "plain"] as const)("tells all that the analysis itself tells, by the %s kernel", async (kernel) => {
    const fresh = await withDump({ kernel }, async (dump) => {
      await dump.save!();
      return all(dump);
    });
    const stages: string[] = [];
    const reopened = await withDump({ kernel, onProgress: ({ stage }) => stages.push(stage) }, all);
    expect(reopened).toEqual(fresh);
    expect(stages).toEqual([]);
  });

  it("is the same where memory is scarce and arrays wait on disk, saved from there too", async () => {
    const fresh = await withDump({}, all);
    const scarce = await withDump({ memory: 1 }, async (dump) => {
      await dump.save!();
      return all(dump);
    });
    expect(scarce).toEqual(fresh);
    expect(await withDump({}, all)).toEqual(fresh);
  });

  it("is not used for another dump of the same length, nor where weak references are followed", async () => {
    await withDump({}, (dump) => dump.save!());
    const wasRead = (options: OpenOptions) => {
      let stages = 0;
      return withDump({ ...options, onProgress: () => stages++ }, async () => stages === 0);
    };
    expect(await wasRead({})).toBe(true);
    expect(await wasRead({ weak: "followed" })).toBe(false);
    expect(await wasRead({ saved: false })).toBe(false);
    const other = shop();
    other[other.length - 30]! ^= 1;
    await writeFile(file, other);
    expect(await wasRead({})).toBe(false);
  });

  it("is not used where it was cut off or is something else", async () => {
    await withDump({}, (dump) => dump.save!());
    const whole = await readFile(savedIndexPath(file));
    const fresh = await withDump({ saved: false }, all);
    for (const bytes of [
      whole.subarray(0, -10),
      whole.subarray(0, 500),
      whole.subarray(0, 10),
      Buffer.alloc(0),
      Buffer.from("notes of mine, not an index"),
    ]) {
      await writeFile(savedIndexPath(file), bytes);
      expect(await withDump({}, all)).toEqual(fresh);
    }
  });
});
