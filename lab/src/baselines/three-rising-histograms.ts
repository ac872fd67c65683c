import { type Baseline, perLife } from "./baseline.ts";

const HISTOGRAMS = 3;
const LEAST_GROWTH = 1_000_000;
/** How many classes of each histogram are looked at, the largest first. */
const TOP = 40;

export const threeRisingHistograms: Baseline = {
  name: "three rising histograms",
  source: "SegfaultSorcerer/heap-seance, heuristics.py: a class whose bytes never fall over three histograms and grow by 1 MB",
  judge: (history) =>
    perLife(history, (life) => {
      const { at, classes, bytes } = life.live;
      const first = at.length - HISTOGRAMS;
      if (first < 0) return null;
      const last = at.length - 1;
      const largest = [...classes.keys()].sort((a, b) => bytes[b]![last]! - bytes[a]![last]!).slice(0, TOP);
      const rising = largest.filter((c) => {
        const own = bytes[c]!.subarray(first);
        return own.every((value, i) => i === 0 || value >= own[i - 1]!) && own[HISTOGRAMS - 1]! - own[0]! >= LEAST_GROWTH;
      });
      const leader = rising.sort((a, b) => bytes[b]![last]! - bytes[b]![first]! - (bytes[a]![last]! - bytes[a]![first]!))[0];
      return leader === undefined ? null : { class: classes[leader]! };
    }),
};
