import { type Baseline, latest, perLife, regression } from "./baseline.ts";

const LEAST_SAMPLES = 10;
const LEAST_EXPLAINED = 0.7;

export const linearHeapUsed: Baseline = {
  name: "R² > 0.7 on heap used",
  source: "rlaope/Argus: a line through heap used that rises and explains more than 70 % of its variance",
  judge: (history) =>
    perLife(history, (life, to) => {
      const used = latest(life, "heap.used", to);
      if (used.at.length < LEAST_SAMPLES) return null;
      const { slope, explained } = regression(used);
      return slope > 0 && explained > LEAST_EXPLAINED ? { class: null } : null;
    }),
};
