import type { Holder, JobHistory, OperatorHistory } from "@heaptide/model";
import type { Whereabouts } from "../growth/law.ts";
import type { Life } from "../life.ts";

/** What Flink keeps for keyed operators, on the heap. */
const KEYED_STATE = /^org\.apache\.flink\.(runtime\.state|state)\./;

/**
 * Where the operator is whose state holds the objects: an element is made upstream of it, so a stack would name the wrong one. Keyed state belongs to the head of a
 * chain, since a shuffle by key comes before it; of several, to the one whose checkpoints grow most. null where no state holds them.
 */
export function keeperOfState({ jobs }: Life, holder: Holder | null): Pick<Whereabouts, "vertexName" | "position"> | null {
  if (!KEYED_STATE.test(holder?.owner ?? "")) return null;
  const heads = jobs.flatMap((job) =>
    job.operators
      .filter((operator) => operator.position === 0 && !operator.name.startsWith("Source"))
      .map((operator) => ({ job, operator })),
  );
  const leader = heads.sort((a, b) => growthOf(b.job, b.operator) - growthOf(a.job, a.operator))[0];
  return leader ? { vertexName: leader.operator.vertexName, position: 0 } : null;
}

function growthOf(job: JobHistory, { vertex }: OperatorHistory): number {
  const value = job.stateBytesOf.get(vertex)?.value;
  return value === undefined || value.length === 0 ? 0 : value.at(-1)! - value[0]!;
}
