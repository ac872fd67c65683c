/** A graph as a person would draw it: what each node refers to, and which are roots. */
export interface Graph {
  readonly references: readonly (readonly number[])[];
  readonly roots: readonly number[];
}

/**
 * By definition: v dominates w where w cannot be reached without v. Quadratic and more, for graphs of some dozen nodes.
 * @returns what is reached, and for each node its immediate dominator, null where that is the root of all or the node is not reached
 */
export function naiveDominators({ references, roots }: Graph): {
  readonly reached: ReadonlySet<number>;
  readonly dominator: readonly (number | null)[];
} {
  const reach = (without: number): Set<number> => {
    const seen = new Set<number>();
    const open = roots.filter((root) => root !== without);
    while (open.length > 0) {
      const at = open.pop()!;
      if (seen.has(at)) continue;
      seen.add(at);
      for (const to of references[at]!) if (to !== without) open.push(to);
    }
    return seen;
  };
  const reached = reach(-1);
  const losses = references.map((_, v) => {
    const left = reach(v);
    return new Set([...reached].filter((w) => !left.has(w)));
  });
  const dominator = references.map((_, w) => {
    const above = references.map((_, v) => v).filter((v) => v !== w && reached.has(v) && losses[v]!.has(w));
    // The nearest one is dominated by all others.
    return above.find((v) => above.every((u) => u === v || losses[u]!.has(v))) ?? null;
  });
  return { reached, dominator };
}
