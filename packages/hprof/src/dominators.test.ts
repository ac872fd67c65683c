import { type Graph, HeapDumpBuilder, naiveDominators } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeapIndex } from "./index/heap-index.ts";
import { alignUp, arrayBase } from "./index/layout.ts";
import { openDump } from "./open-dump.ts";

/** Objects in arrays of references, with nothing that the drawing does not have: the class of the arrays is a root. */
function draw({ references, roots }: Graph, options: { readonly idSize: 4 | 8; readonly segment: number }) {
  const dump = new HeapDumpBuilder({ idSize: options.idSize });
  const array = dump.class("[Ljava/lang/Object;");
  dump.root("stickyClass", array.id);
  const ids = references.map(() => dump.address());
  references.forEach((targets, i) =>
    dump.objects(
      array,
      targets.map((to) => ids[to]!),
      ids[i],
    ),
  );
  for (const root of roots) dump.root("jniGlobal", ids[root]!);
  return { bytes: dump.build({ segment: options.segment }), ids };
}

function shortestDistances({ references, roots }: Graph): Map<number, number> {
  const distance = new Map(roots.map((root) => [root, 1]));
  for (const at of distance.keys()) for (const to of references[at]!) if (!distance.has(to)) distance.set(to, distance.get(at)! + 1);
  return distance;
}

function pathLength(index: HeapIndex, object: number): number {
  let length = 1;
  for (let at = index.before(object); at !== "root"; at = index.before(at)) {
    if (at === null) return 0;
    length++;
  }
  return length;
}

const drawing: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.record({
    references: fc.array(fc.array(fc.nat(count - 1), { maxLength: 4 }), { minLength: count, maxLength: count }),
    roots: fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }),
  }),
);

describe.each(["wasm", "plain"] as const)("dominators by the %s kernel", (kernel) => {
  it("are those of the definition, and retained sizes, reach and shortest paths with them", async () => {
    await fc.assert(
      fc.asyncProperty(
        drawing,
        fc.constantFrom(4 as const, 8 as const),
        fc.constantFrom(64, 1000, Infinity),
        async (heap, idSize, segment) => {
          const { bytes, ids } = draw(heap, { idSize, segment });
          const { index } = await openDump(bytes, { kernel });
          const { reached, dominator } = naiveDominators(heap);
          const distance = shortestDistances(heap);
          const size = (i: number): number => {
            const { layout } = index;
            return alignUp(arrayBase(layout, layout.reference) + heap.references[i]!.length * layout.reference, layout.alignment);
          };
          const retained = heap.references.map((_, v) => {
            const below = heap.references.map((_, w) => w).filter((w) => reached.has(w) && isBelow(dominator, w, v));
            return below.reduce((sum, w) => sum + size(w), 0);
          });
          heap.references.forEach((_, v) => {
            const object = index.at(ids[v]!)!;
            expect(index.address(object)).toBe(ids[v]);
            expect(index.reach(object)).toBe(reached.has(v) ? "strong" : "unreachable");
            expect(index.shallow(object)).toBe(size(v));
            if (!reached.has(v)) return;
            expect(index.dominator(object)).toBe(dominator[v] === null ? null : index.at(ids[dominator[v]!]!));
            expect(index.retained(object)).toBe(retained[v]);
            expect(pathLength(index, object)).toBe(distance.get(v));
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are found for a list of five thousand elements that share objects", async () => {
    const count = 5000;
    const references = Array.from({ length: count }, (_, i) => (i + 1 < count ? [i + 1, count + (i % 7)] : []));
    const heap = { references: [...references, ...Array.from({ length: 7 }, () => [])], roots: [0] };
    const { bytes, ids } = draw(heap, { idSize: 8, segment: 4096 });
    const { index } = await openDump(bytes, { kernel });
    expect(index.dominator(index.at(ids[count - 1]!)!)).toBe(index.at(ids[count - 2]!));
    // The first element that refers to a shared object dominates it.
    expect(index.dominator(index.at(ids[count + 3]!)!)).toBe(index.at(ids[3]!));
    expect(index.retained(index.at(ids[0]!)!)).toBe(index.tree.reachBytes[0] - index.retained(index.at(index.table.classes[0]!.dump.id)!));
  });
});

function isBelow(dominator: readonly (number | null)[], object: number, top: number): boolean {
  for (let at: number | null = object; at !== null; at = dominator[at]!) if (at === top) return true;
  return false;
}
