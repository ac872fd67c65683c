import { type Baseline, latest, perLife } from "./baseline.ts";

/** Two-sided 95 %. */
const Z = 1.96;
const MOST = 200;

export const mannKendall: Baseline = {
  name: "Mann-Kendall on heap used",
  source: "H. B. Mann, Econometrica 13 (1945); as a test for leaks e.g. F. Machida et al., WoSAR 2013",
  judge: (history) =>
    perLife(history, (life, to) => {
      const { value } = latest(life, "heap.used", to);
      const step = Math.max(1, Math.ceil(value.length / MOST));
      const chosen = value.filter((_, i) => i % step === 0);
      const n = chosen.length;
      if (n < 10) return null;
      let s = 0;
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(chosen[j]! - chosen[i]!);
      const z = (s - Math.sign(s)) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
      return z > Z ? { class: null } : null;
    }),
};
