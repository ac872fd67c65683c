import { stringify } from "yaml";
import { ALERTS, RECORDED } from "./rules.ts";

/** Prometheus's rule file. Layout: prometheus.io/docs/prometheus/latest/configuration/recording_rules. */
export function prometheusRules(): string {
  const groups = [
    { name: "heaptide-recorded", interval: "30s", rules: RECORDED.map(({ record, expression }) => ({ record, expr: expression })) },
    {
      name: "heaptide",
      interval: "15s",
      rules: ALERTS.map(({ alert, expression, for: held, severity, summary, description }) => ({
        alert,
        expr: expression,
        for: held,
        labels: { severity },
        annotations: { summary, description },
      })),
    },
  ];
  return `# Made by \`npm run monitoring\` from deploy/src/monitoring: change it there.\n${stringify({ groups }, { lineWidth: 0 })}`;
}
