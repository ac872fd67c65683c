import { type Measure, MEASURES } from "@heaptide/model";

/**
 * Every metric that Heaptide exports: the one source of `/metrics`, remote write, the dashboards and the rules in deploy/.
 * Labels are bounded: processes, jobs and operators are cut at fixed numbers, nothing is labelled by class, pattern or id of a request.
 */
export interface MetricName {
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly labels: readonly string[];
}

const UNITS = { B: "_bytes", "1": "", ms: "_milliseconds" } as const;

/** `heap.live` -> `heaptide_heap_live_bytes` */
export const metricOf = (measure: Measure): string => `heaptide_${measure.replaceAll(/[.-]/g, "_")}${UNITS[MEASURES[measure]]}`;

const MEASURED = Object.fromEntries(
  (Object.keys(MEASURES) as Measure[]).map((measure): [string, MetricName] => [
    metricOf(measure),
    { type: "gauge", help: `${measure} of a process, as last measured`, labels: ["process"] },
  ]),
);

export const METRICS: Readonly<Record<string, MetricName>> = {
  ...MEASURED,
  heaptide_limit: { type: "gauge", help: "What a resource of a process runs into: bytes, or a count", labels: ["process", "resource"] },
  heaptide_last_change_timestamp_seconds: {
    type: "gauge",
    help: "When a job or a process was last changed, by kind of change",
    labels: ["kind", "subject"],
  },
  heaptide_verdict: { type: "gauge", help: "1 for the present verdict of a process", labels: ["process", "verdict"] },
  heaptide_exhaustion_seconds: {
    type: "gauge",
    help: "Least time until a leaking resource is at its limit",
    labels: ["process", "resource"],
  },
  heaptide_incidents: { type: "gauge", help: "Incidents by kind and state", labels: ["kind", "state"] },
  heaptide_alarms: { type: "gauge", help: "Alarms that fire, by rule", labels: ["rule"] },
  heaptide_data_gap: { type: "gauge", help: "1 while data of a job is missing", labels: ["job"] },
  heaptide_operator_records_in_total: { type: "counter", help: "Elements that an operator has taken in", labels: ["job", "operator"] },
  heaptide_operator_records_out_total: { type: "counter", help: "Elements that an operator has given out", labels: ["job", "operator"] },
  heaptide_probe_pause_milliseconds: { type: "gauge", help: "Pauses caused by looking, in the last minute", labels: ["process"] },
  heaptide_log_lines_total: { type: "counter", help: "Log lines received from shippers", labels: [] },
  heaptide_store_buffered_rows: { type: "gauge", help: "Rows that wait to be written", labels: [] },
  heaptide_store_dropped_total: { type: "counter", help: "Observations lost because nothing could be written", labels: [] },
  heaptide_series_cut: { type: "gauge", help: "Series left out of this page because there are too many", labels: [] },
};
