import { type Baseline, latest, perLife } from "./baseline.ts";

/** The alarm in most dashboards. A value must stay above the threshold for a minute, as Prometheus rules have it, or every young generation would ring. */
const THRESHOLD = 0.8;
const FOR = 60_000;

export const heapUsedAbove80: Baseline = {
  name: "heap used > 80 %",
  source: "awesome-prometheus-alerts, rule JvmMemoryFillingUp: used / max > 80 % for some minutes; here for one",
  judge: (history) =>
    perLife(history, (life, to) => {
      const limit = life.incarnation.limits.heap?.value;
      const used = latest(life, "heap.used", to, FOR);
      const isLong = used.at.length >= 5 && used.at.at(-1)! - used.at[0]! >= FOR * 0.8;
      return limit !== undefined && isLong && used.value.every((value) => value > THRESHOLD * limit) ? { class: null } : null;
    }),
};
