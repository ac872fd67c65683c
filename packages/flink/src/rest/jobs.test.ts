import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricNameOf, operatorsOf } from "./jobs.ts";

const placed = (name: string) => operatorsOf({ id: "v", name, parallelism: 1 }).map((operator) => [operator.name, operator.position]);

describe("the operators of a vertex", () => {
  it("are the parts of its name, in the order of the chain", () => {
    expect(placed("Source: events -> enrich -> Sink: Writer")).toEqual([
      ["Source: events", 0],
      ["enrich", 1],
      ["Sink: Writer", 2],
    ]);
    expect(placed("Window")).toEqual([["Window", 0]]);
  });

  it("have their depth as position where the chain forks", () => {
    expect(placed("Source: a -> b -> (c -> d, e -> (f, g))")).toEqual([
      ["Source: a", 0],
      ["b", 1],
      ["c", 2],
      ["d", 3],
      ["e", 2],
      ["f", 3],
      ["g", 3],
    ]);
  });

  it("keep commas, arrows and parentheses inside of their own parentheses", () => {
    expect(placed("Map(x -> y, z) -> (Filter(a, b), Sink: Print to Std. Out)")).toEqual([
      ["Map(x -> y, z)", 0],
      ["Filter(a, b)", 1],
      ["Sink: Print to Std. Out", 1],
    ]);
  });

  it("stand once and without position where two have one name", () => {
    expect(placed("Map -> Filter -> Map")).toEqual([
      ["Map", null],
      ["Filter", 1],
    ]);
  });

  it("do not hold the vertex' index", () => {
    expect(placed("[vertex-3]a -> b")).toEqual([
      ["a", 0],
      ["b", 1],
    ]);
  });

  it("come out of any text without a crash, each with a name of its own", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c ,()[\]>-]{0,40}$/), (name) => {
        const names = placed(name).map(([operator]) => operator);
        expect(new Set(names).size).toBe(names.length);
        expect(names).not.toContain("");
      }),
    );
  });

  interface Tree {
    readonly name: string;
    readonly next: readonly Tree[];
  }
  const name = fc.stringMatching(/^[A-Z][a-z0-9:. ]{0,8}[a-z]$/);
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.record({ name, next: fc.constant([]) }),
      fc.record({ name, next: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    ),
  }));
  /** As Flink's createChainedName does it. */
  const chainedName = ({ name, next }: Tree): string => {
    if (next.length === 0) return name;
    if (next.length === 1) return `${name} -> ${chainedName(next[0]!)}`;
    return `${name} -> (${next.map(chainedName).join(", ")})`;
  };
  const flat = ({ name, next }: Tree, position = 0): [string, number][] => [
    [name, position],
    ...next.flatMap((branch) => flat(branch, position + 1)),
  ];

  it("are those of the chain that Flink wrote the name of", () => {
    fc.assert(
      fc.property(tree, (chain) => {
        const expected = flat(chain);
        fc.pre(new Set(expected.map(([name]) => name)).size === expected.length);
        expect(placed(chainedName(chain))).toEqual(expected);
      }),
    );
  });
});

describe("metricNameOf", () => {
  it("writes a name as the ids of its metrics do", () => {
    expect(metricNameOf("Source: numbers")).toBe("Source__numbers");
    expect(metricNameOf("a.b,c")).toBe("a_b_c");
    expect(metricNameOf("x".repeat(100))).toBe("x".repeat(80));
  });
});
