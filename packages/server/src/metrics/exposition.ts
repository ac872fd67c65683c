import type { ApiSources } from "../api/contract.ts";
import { isActive } from "../incidents/life-cycle.ts";
import type { LatestValues } from "./latest.ts";
import { metricOf, METRICS } from "./names.ts";

type Labels = Readonly<Record<string, string>>;
interface Point {
  readonly labels: Labels;
  readonly value: number;
}

export const CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Format: OpenMetrics 1.0, github.com/prometheus/OpenMetrics. One family after the other, each point once, `# EOF` at the end. */
export function exposition(sources: ApiSources): string {
  const { latest } = sources;
  const points = new Map<string, Point[]>();
  const put = (name: string, labels: Labels, value: number) => {
    const known = points.get(name);
    if (known) known.push({ labels, value });
    else points.set(name, [{ labels, value }]);
  };
  putMeasures(latest, put);
  putFindings(sources, put);
  putServer(sources, put);
  return [...points].map(([name, of]) => family(name, merged(of))).join("") + "# EOF\n";
}

type Put = (name: string, labels: Labels, value: number) => void;

function putMeasures(latest: LatestValues, put: Put): void {
  for (const { process, values, limits } of latest.lives) {
    for (const [measure, value] of values) put(metricOf(measure), { process }, value);
    for (const [resource, { value }] of Object.entries(limits)) put("heaptide_limit", { process, resource }, value);
  }
  for (const { kind, subject, at } of latest.changes) put("heaptide_last_change_timestamp_seconds", { kind, subject }, at / 1000);
  for (const { name, operator, counter, value } of latest.operators) {
    put(
      counter === "records-in" ? "heaptide_operator_records_in_total" : "heaptide_operator_records_out_total",
      { job: name, operator },
      value,
    );
  }
}

function putFindings({ diagnosis, incidents, alerts, costs }: ApiSources, put: Put): void {
  for (const { process, verdict } of diagnosis.latest?.processes ?? []) put("heaptide_verdict", { process: process.key, verdict }, 1);
  for (const { process, resource, exhaustion } of diagnosis.latest?.findings ?? []) {
    if (exhaustion) put("heaptide_exhaustion_seconds", { process: process.key, resource }, exhaustion.low);
  }
  const byState = Map.groupBy(incidents.all, ({ kind, state }) => JSON.stringify({ kind, state }));
  for (const [labels, of] of byState) put("heaptide_incidents", JSON.parse(labels) as Labels, of.length);
  for (const incident of incidents.all) {
    if (incident.kind === "gap" && isActive(incident)) put("heaptide_data_gap", { job: incident.job ?? "" }, 1);
  }
  for (const { id } of alerts.rules) {
    put("heaptide_alarms", { rule: id }, alerts.alarms.filter(({ rule, state }) => rule === id && state === "firing").length);
  }
  for (const { process, lastMinute } of costs()) put("heaptide_probe_pause_milliseconds", { process }, lastMinute);
}

function putServer({ store, intake, latest }: ApiSources, put: Put): void {
  put("heaptide_log_lines_total", {}, intake.lines);
  put("heaptide_store_buffered_rows", {}, store.status.bufferedRows);
  put("heaptide_store_dropped_total", {}, store.status.dropped);
  put("heaptide_series_cut", {}, latest.cut);
}

/** Two operators of one name in a job are one series: their sum. */
function merged(points: readonly Point[]): Point[] {
  const byLabels = new Map<string, Point>();
  for (const point of points) {
    const key = JSON.stringify(point.labels);
    const known = byLabels.get(key);
    byLabels.set(key, known ? { ...point, value: known.value + point.value } : point);
  }
  return [...byLabels.values()];
}

function family(name: string, points: readonly Point[]): string {
  const { type, help } = METRICS[name] ?? { type: "gauge", help: "" };
  const of = type === "counter" ? name.replace(/_total$/, "") : name;
  const lines = points.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${of} ${help}\n# TYPE ${of} ${type}\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

const escaped = (value: string): string => value.slice(0, 300).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
