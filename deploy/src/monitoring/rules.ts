import { of } from "./panel.ts";

/** An alert for people whose alarms come from Prometheus. Heaptide's own alarms need none of this. */
interface Alert {
  readonly alert: string;
  readonly expression: string;
  readonly for: string;
  readonly severity: "critical" | "warning" | "info";
  readonly summary: string;
  readonly description: string;
}

interface Recorded {
  readonly record: string;
  readonly expression: string;
}

const OPEN = "open|acknowledged|reopened";

/** What dashboards of others ask for again and again. */
export const RECORDED: readonly Recorded[] = [
  { record: "process:heaptide_heap_live_bytes:deriv30m", expression: `deriv(${of("heaptide_heap_live_bytes")}[30m])` },
  {
    record: "process:heaptide_heap_live:of_limit",
    expression: `${of("heaptide_heap_live_bytes")} / on (process) ${of("heaptide_limit", { resource: "heap" })}`,
  },
  {
    record: "job:heaptide_operator_records_in:rate5m",
    expression: `sum by (job, operator) (rate(${of("heaptide_operator_records_in_total")}[5m]))`,
  },
];

export const ALERTS: readonly Alert[] = [
  {
    ...{ alert: "HeaptideLeak", for: "1m", severity: "critical" },
    expression: `${of("heaptide_verdict", { verdict: "leaking" })} == 1`,
    summary: "{{ $labels.process }} leaks",
    description:
      "Two or more independent kinds of evidence. The incident in Heaptide names class, line, operator and the change that brought it.",
  },
  {
    ...{ alert: "HeaptideMemoryRunsOut", for: "5m", severity: "critical" },
    expression: `${of("heaptide_exhaustion_seconds")} < 6 * 3600`,
    summary: "{{ $labels.resource }} of {{ $labels.process }} runs out in {{ $value | humanizeDuration }}",
    description: "The lower end of the estimate, if nothing changes.",
  },
  {
    ...{ alert: "HeaptideGrowing", for: "15m", severity: "info" },
    expression: `${of("heaptide_verdict", { verdict: "growing" })} == 1`,
    summary: "Something grows in {{ $labels.process }}",
    description: "One kind of evidence only: perhaps a leak, perhaps a cache that fills.",
  },
  {
    ...{ alert: "HeaptideHeapNearLimit", for: "10m", severity: "warning" },
    expression: `${of("heaptide_heap_live_bytes")} / on (process) ${of("heaptide_limit", { resource: "heap" })} > 0.9`,
    summary: "The live set of {{ $labels.process }} is {{ $value | humanizePercentage }} of -Xmx",
    description: "What is left after full collections: the collector has little room, and will take more and more of the time.",
  },
  {
    ...{ alert: "HeaptideDataGap", for: "0m", severity: "critical" },
    expression: `${of("heaptide_data_gap")} == 1`,
    summary: "Data of {{ $labels.job }} is missing",
    description:
      "Expected by how the job has flowed so far, and not seen. Heaptide waits before it says so; no further time is needed here.",
  },
  {
    ...{ alert: "HeaptideProcessLost", for: "30s", severity: "critical" },
    expression: `sum(${of("heaptide_incidents", { kind: "process-lost", state: OPEN })}) > 0`,
    summary: "{{ $value }} process(es) are gone",
    description: "A TaskManager or another watched JVM ended and is not back.",
  },
  {
    ...{ alert: "HeaptideSeesNothing", for: "30m", severity: "warning" },
    expression: `${of("heaptide_verdict", { verdict: "unknown" })} == 1`,
    summary: "No verdict on {{ $labels.process }}",
    description: "Too little can be seen from where Heaptide runs; its page of the process says what is missing, and the next step.",
  },
  {
    ...{ alert: "HeaptideLooksTooMuch", for: "5m", severity: "warning" },
    expression: `${of("heaptide_probe_pause_milliseconds")} > 1500`,
    summary: "Looking stops {{ $labels.process }} for {{ $value }} ms a minute",
    description: "More than the budget of 1 % (2 % after a deployment) allows: switch counting off on the process's page, and report it.",
  },
  {
    ...{ alert: "HeaptideLosesObservations", for: "0m", severity: "critical" },
    expression: `increase(${of("heaptide_store_dropped_total")}[10m]) > 0`,
    summary: "Heaptide cannot keep what it sees",
    description: "The disk of its data folder is full or fails.",
  },
  {
    ...{ alert: "HeaptideDown", for: "3m", severity: "critical" },
    expression: `absent(${of("heaptide_store_buffered_rows")})`,
    summary: "Heaptide is not scraped",
    description: "It is down, or Prometheus cannot reach it: leaks, gaps and losses go unnoticed.",
  },
];
