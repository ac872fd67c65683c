import { type DumpClass, type Graph, HeapDumpBuilder, naiveDominators } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openDump } from "./open-dump.ts";

/*
 * Classes are objects too: an instance keeps its class, a class its loader, super class, signers, protection domain and what its static fields
 * refer to. Most edges from instances to classes are left out by the analysis; nothing of that may be seen.
 */

/** Nodes are the classes first, then the objects; all numbers are of nodes. */
interface Heap {
  readonly classes: readonly {
    readonly superClass: number | null;
    readonly loader: number | null;
    readonly signers: number | null;
    readonly domain: number | null;
    readonly statics: readonly number[];
  }[];
  readonly objects: readonly { readonly of: number; readonly references: readonly number[]; readonly isArray: boolean }[];
  readonly roots: readonly number[];
}

const FIELDS = 3;

/** What each node refers to, as the format's documentation has it. */
function graphOf({ classes, objects, roots }: Heap): Graph {
  const given = (nodes: readonly (number | null)[]): number[] => nodes.filter((node) => node !== null);
  return {
    references: [
      ...classes.map(({ superClass, loader, signers, domain, statics }) => [...given([superClass, loader, signers, domain]), ...statics]),
      ...objects.map(({ of, references }) => [of, ...references]),
    ],
    roots,
  };
}

function dumpOf(
  { classes, objects, roots }: Heap,
  idSize: 4 | 8,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly ids: readonly number[] } {
  const dump = new HeapDumpBuilder({ idSize });
  const ids = [...classes, ...objects].map(() => dump.address());
  const id = (node: number | null): number => (node === null ? 0 : ids[node]!);
  const written: DumpClass[] = [];
  // With a root class of the system, classes without a loader are no roots by themselves.
  dump.root("stickyClass", dump.class("java/lang/Void").id);
  classes.forEach(({ superClass, loader, signers, domain, statics }, i) => {
    const fields = Array.from({ length: FIELDS }, (_, k) => [`f${k}`, "object"] as const);
    written.push(
      dump.class(`C${i}`, {
        id: ids[i]!,
        superClass: superClass === null ? null : { id: id(superClass), name: `C${superClass}`, superClass: null, fields: [] },
        loader: id(loader),
        signers: id(signers),
        domain: id(domain),
        statics: statics.map((to, k) => [`s${k}`, "object", id(to)] as const),
        fields,
      }),
    );
  });
  objects.forEach(({ of, references, isArray }, i) => {
    const at = ids[classes.length + i]!;
    if (isArray) dump.objects(written[of]!, references.map(id), at);
    // Fields of the super class are not written: what is missing in a record is no reference.
    else dump.instance({ ...written[of]!, superClass: null }, references.slice(0, FIELDS).map(id), at);
  });
  for (const root of roots) dump.root("jniGlobal", id(root));
  return { bytes: dump.build({ segment: 500 }), ids };
}

async function expectTrueDominators(heap: Heap, idSize: 4 | 8, kernel: "wasm" | "plain"): Promise<void> {
  const { bytes, ids } = dumpOf(heap, idSize);
  const { index } = await openDump(bytes, { kernel });
  const { reached, dominator } = naiveDominators(graphOf(heap));
  ids.forEach((id, node) => {
    const object = index.at(id)!;
    expect(index.reach(object)).toBe(reached.has(node) ? "strong" : "unreachable");
    if (reached.has(node)) expect(index.dominator(object)).toBe(dominator[node] === null ? null : index.at(ids[dominator[node]!]!));
  });
}

const heap: fc.Arbitrary<Heap> = fc
  .record({ classes: fc.integer({ min: 1, max: 4 }), objects: fc.integer({ min: 1, max: 14 }) })
  .chain((size) => {
    const node = fc.nat(size.classes + size.objects - 1);
    return fc.record({
      // Without a super class: an instance's record would have to hold its fields.
      classes: fc.array(
        fc.record({
          superClass: fc.constant(null),
          loader: fc.option(node),
          signers: fc.option(node),
          domain: fc.option(node),
          statics: fc.array(node, { maxLength: 2 }),
        }),
        { minLength: size.classes, maxLength: size.classes },
      ),
      objects: fc.array(
        fc.record({ of: fc.nat(size.classes - 1), references: fc.array(node, { maxLength: FIELDS }), isArray: fc.boolean() }),
        { minLength: size.objects, maxLength: size.objects },
      ),
      roots: fc.uniqueArray(node, { maxLength: 3 }),
    });
  });

describe.each(["wasm", "plain"] as const)("edges from and to classes by the %s kernel", (kernel) => {
  it("count for dominators and reach like any other", async () => {
    await fc.assert(
      fc.asyncProperty(heap, fc.constantFrom(4 as const, 8 as const), (drawn, idSize) => expectTrueDominators(drawn, idSize, kernel)),
      { numRuns: 150 },
    );
  });

  it("count for each of many instances, whichever of them is held by something else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 40 }), fc.nat(39), fc.nat(39), async (count, stray, other) => {
        // A root holds two boxes; all instances are in the first one, but for one or two. Their class holds a treasure.
        const [thing, box] = [0, 1];
        const first = 2;
        const instance = (i: number): number => first + 4 + i;
        const strays = [...new Set([stray % count, other % count])].map(instance);
        const inside = Array.from({ length: count }, (_, i) => instance(i)).filter((node) => !strays.includes(node));
        const plain = { superClass: null, loader: null, signers: null, domain: null };
        await expectTrueDominators(
          {
            classes: [
              { ...plain, statics: [first + 3] },
              { ...plain, statics: [] },
            ],
            objects: [
              { of: box, references: [first + 1, first + 2], isArray: true },
              { of: box, references: inside, isArray: true },
              { of: box, references: strays, isArray: true },
              { of: box, references: [], isArray: true },
              ...Array.from({ length: count }, () => ({ of: thing, references: [], isArray: false })),
            ],
            roots: [first, box],
          },
          8,
          kernel,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("are none where something else lies at the address of a class, in a damaged dump", async () => {
    const dump = new HeapDumpBuilder({ idSize: 8 });
    dump.root("stickyClass", dump.class("java/lang/Void").id);
    const box = dump.class("Box", { fields: [["content", "object"]] });
    const taken = dump.address();
    const thing = dump.class("Thing", { id: taken, fields: [] });
    dump.instance(box, [0], taken);
    const things = Array.from({ length: 12 }, () => dump.instance(thing, []));
    const outer = dump.objects(box, [dump.objects(box, [taken]), ...things]);
    dump.root("jniGlobal", outer);
    const { index } = await openDump(dump.build({}), { kernel });
    expect(index.retained(index.at(outer)!)).toBeGreaterThan(index.retained(index.at(taken)!));
    expect(things.map((thing) => index.dominator(index.at(thing)!))).toEqual(things.map(() => index.at(outer)));
  });
});
