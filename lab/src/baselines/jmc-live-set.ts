import { type Baseline, latest, perLife, regression } from "./baseline.ts";

/** An increase of the live set by this share of its size after warm-up, each second, scores 75 of 100 by an exponential; from 25 on the rule informs. */
const SHARE_FOR_75 = 0.01;
const INFORMS_FROM = 25;
/** The rule's own share of classes that are loaded when warm-up is over. */
const WARM_AT = 0.9;

export const jmcLiveSet: Baseline = {
  name: "JMC's live set",
  source: "openjdk/jmc, IncreasingLiveSetRule and RulesToolkit.mapExp100: least squares through the heap after collections",
  judge: (history) =>
    perLife(history, (life, to) => {
      const after = latest(life, "heap.after-gc", to);
      const loaded = latest(life, "classes.loaded", to);
      const warm = loaded.value.findIndex((count) => count > WARM_AT * loaded.value.at(-1)!);
      const first = after.at.findIndex((at) => at >= (loaded.at[warm] ?? Infinity));
      if (after.at.length < 4 || first < 0) return null;
      const share = (regression(after).slope * 1000) / after.value[first]!;
      return scoreOf(share) >= INFORMS_FROM ? { class: null } : null;
    }),
};

/** 0 to 100, 75 at the given share. */
const scoreOf = (share: number): number => 100 * (1 - Math.exp((Math.log(0.25) * Math.max(0, share)) / SHARE_FOR_75));
