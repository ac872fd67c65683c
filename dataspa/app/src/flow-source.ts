import {
  type DueNight,
  expectedListings,
  findGaps,
  type FlowNight,
  flowNights,
  type Gap,
  rejections,
  type ServingStore,
  states,
} from "@dataspa/serving";

export interface Flow {
  readonly nights: readonly FlowNight[];
  /** Of each captured night, from those before it; null while too little is known. */
  readonly expected: ReadonlyMap<FlowNight, number | null>;
  readonly gaps: readonly Gap[];
  readonly rejections: readonly { readonly source: string; readonly reason: string; readonly count: number }[];
}

export interface FlowSource {
  (): Promise<Flow>;
}

const ALL = { from: "0000", to: "9999" };
/** Asked several times at once (board, metrics, alarm) it is computed once. Milliseconds. */
const FRESH = 2_000;

/** The data flow with its gaps, from the serving store. */
export function flowSource(
  store: ServingStore,
  options: { now: () => number; patience: number; job: string; due?: () => readonly DueNight[] },
): FlowSource {
  let last: { at: number; flow: Promise<Flow> } | undefined;
  const compute = async (): Promise<Flow> => {
    const [nights, seen, refused] = await Promise.all([flowNights(store, ALL), states(store), rejections(store, ALL)]);
    const { patience, job, due } = options;
    return {
      nights,
      expected: expectedListings(nights),
      gaps: findGaps(nights, seen, { now: Date.now(), patience, job, due: due?.() ?? [] }),
      rejections: refused,
    };
  };
  return () => {
    if (!last || performance.now() - last.at > FRESH) last = { at: performance.now(), flow: compute() };
    return last.flow;
  };
}
