import { FLOW } from "./flow.ts";
import { grafanaDashboard } from "./grafana.ts";
import { MEMORY } from "./memory.ts";
import { prometheusRules } from "./prometheus.ts";

/** Everything that is generated, by its path beneath deploy/. */
export function monitoringFiles(): ReadonlyMap<string, string> {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ["grafana/flink-memory.json", json(grafanaDashboard(MEMORY))],
    ["grafana/data-flow.json", json(grafanaDashboard(FLOW))],
    ["prometheus/heaptide.rules.yml", prometheusRules()],
  ]);
}
