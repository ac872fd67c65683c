import { type FlowNight, missingOf } from "@dataspa/serving";
import { Counter, Gauge, Registry } from "prom-client";
import type { ActionIntake } from "./actions/intake.ts";
import type { FlowSource } from "./flow-source.ts";

/**
 * What Prometheus is told: per source the latest night, and totals over all nights. Gauges, for they come from a store that can be made anew; a source is a
 * label, a night is not, so that the number of series stays that of the sources.
 */
export function metricsOf(flow: FlowSource, intake: ActionIntake): { readonly contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  const registers = [registry];
  const bySource = (name: string, help: string) => new Gauge({ name, help, labelNames: ["source"] as const, registers });
  const records = new Gauge({
    name: "dataspa_records_total",
    help: "Captured records by what became of them, over all nights.",
    labelNames: ["source", "outcome"] as const,
    registers,
  });
  const lastNight = bySource("dataspa_last_capture_timestamp_seconds", "When the source was last captured.");
  const listed = bySource("dataspa_listed_events", "Events that the source listed at its last capture.");
  const missing = bySource("dataspa_unaccounted_records", "Captured records that are neither processed nor duplicate nor rejected.");
  const enriched = bySource("dataspa_enriched_ratio", "Of the events without coordinates, those that got them.");
  const delay = bySource("dataspa_end_to_end_delay_seconds", "From publishing to being served, median of the last night.");
  const gaps = new Gauge({
    name: "dataspa_gaps",
    help: "Gaps that last now, by kind.",
    labelNames: ["kind", "source"] as const,
    registers,
  });
  const accepted = new Counter({ name: "dataspa_actions_accepted_total", help: "User actions accepted since the start.", registers });
  const repeated = new Counter({ name: "dataspa_actions_repeated_total", help: "User actions that were sent again.", registers });

  const up = new Gauge({ name: "dataspa_up", help: "1 while the platform answers.", registers });

  const update = async () => {
    up.set(1);
    for (const gauge of [records, lastNight, listed, missing, enriched, delay, gaps]) gauge.reset();
    const { nights, gaps: found } = await flow();
    for (const [source, own] of Map.groupBy(nights, (night) => night.source)) {
      const sum = (of: (night: FlowNight) => number) => own.reduce((total, night) => total + of(night), 0);
      for (const outcome of ["captured", "processed", "duplicates", "rejected"] as const)
        records.set(
          { source, outcome },
          sum((night) => night[outcome]),
        );
      const last = own.at(-1)!;
      if (last.at !== null) lastNight.set({ source }, last.at / 1000);
      listed.set({ source }, last.listed);
      missing.set({ source }, sum(missingOf));
      const incomplete = sum((night) => night.incomplete);
      if (incomplete > 0) enriched.set({ source }, sum((night) => night.found) / incomplete);
      if (last.endToEnd !== null) delay.set({ source }, last.endToEnd / 1000);
    }
    for (const gap of found) if (gap.to === null) gaps.inc({ kind: gap.kind, source: gap.source ?? "all" });
    accepted.reset();
    accepted.inc(intake.accepted);
    repeated.reset();
    repeated.inc(intake.repeated);
  };
  return {
    contentType: registry.contentType,
    // One scrape after the other: gauges are set, then written.
    text: async () => {
      await update();
      return registry.metrics();
    },
  };
}
