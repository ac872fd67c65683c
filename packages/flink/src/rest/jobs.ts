import type { Operator } from "@heaptide/model";

/** A vertex of a running job as REST answers it: one chain of operators that share a thread. */
export interface Vertex {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
}

/**
 * The operators of a vertex, from its name: `Source: a -> b -> (c -> d, e)`.
 *
 * Format: written by Flink's StreamingJobGraphGenerator (createChainedName): ` -> ` between an operator and the next, and for several next ones a
 * list in parentheses, separated by `, `. The position is the depth in this tree: as many calls lie on the stack between the head and
 * the operator, and siblings of a fan-out share it. An operator's own name may hold commas and parentheses: only those outside of parentheses
 * count. A name that occurs twice stands once, without position: Flink's metrics cannot tell the two apart either.
 *
 * A head of several chained sources is written `[a, b] -> c`; it is taken as one operator of that name.
 */
export function operatorsOf(vertex: Vertex): Operator[] {
  const positions = new Map<string, number | null>();
  for (const { name, position } of chain(withoutIndex(vertex.name), 0)) positions.set(name, positions.has(name) ? null : position);
  return [...positions].map(([name, position]) => ({
    vertex: vertex.id,
    vertexName: vertex.name,
    name,
    position,
    parallelism: Math.max(1, vertex.parallelism),
  }));
}

/** `pipeline.vertex-name-include-index-prefix` puts `[vertex-0]` in front. */
const withoutIndex = (name: string) => name.replace(/^\[vertex-\d+\]/, "");

interface Placed {
  readonly name: string;
  readonly position: number;
}

function chain(text: string, position: number): Placed[] {
  const arrow = outside(text, " -> ")[0];
  if (arrow === undefined) return text.trim() === "" ? [] : [{ name: text.trim(), position }];
  const head = { name: text.slice(0, arrow).trim(), position };
  const rest = text.slice(arrow + 4);
  const branches = rest.startsWith("(") && rest.endsWith(")") ? split(rest.slice(1, -1)) : [rest];
  return [...(head.name === "" ? [] : [head]), ...branches.flatMap((branch) => chain(branch, position + 1))];
}

function split(list: string): string[] {
  const branches: string[] = [];
  let from = 0;
  for (const comma of outside(list, ", ")) {
    branches.push(list.slice(from, comma));
    from = comma + 2;
  }
  return [...branches, list.slice(from)];
}

/** Where `mark` stands outside of parentheses and brackets, ascending. Unbalanced closing ones are taken as text. */
function outside(text: string, mark: string): number[] {
  const places: number[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth = Math.max(0, depth - 1);
    else if (depth === 0 && text.startsWith(mark, i)) places.push(i);
  }
  return places;
}

/**
 * What an operator's name is in the ids of its metrics: shortened to 80 characters, and blank, comma, dot and colon replaced.
 * Source: TaskMetricGroup (METRICS_OPERATOR_NAME_MAX_LENGTH) and MetricQueryService (replaceInvalidChars) of Flink 2.3.0.
 */
export function metricNameOf(operator: string): string {
  return operator.slice(0, 80).replace(/[ ,.:]/g, "_");
}
