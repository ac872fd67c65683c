import { type Dashboard, of, query } from "./panel.ts";

const JOB = { job: "$job" };
const RECORDS_IN = of("heaptide_operator_records_in_total", JOB);
const RECORDS_OUT = of("heaptide_operator_records_out_total", JOB);

/** Whether data comes through, and whether it is complete. The last row is the demo platform's own; another platform puts its own there. */
export const FLOW: Dashboard = {
  uid: "heaptide-flow",
  title: "Heaptide: data flow and quality",
  says: "Gaps that are obvious: what each job takes in and gives out, what is missing, what went wrong with it, and the changes that came before.",
  variables: [{ name: "job", label: "Job", query: "label_values(heaptide_operator_records_in_total, job)" }],
  rows: [
    {
      title: "Now",
      panels: [
        {
          ...{ title: "Gaps", kind: "number", unit: "short", width: 6, thresholds: [0.5, 1] },
          says: "Jobs whose data is missing at present.",
          queries: [query(`sum(${of("heaptide_data_gap", JOB)}) or vector(0)`, "gaps")],
        },
        {
          ...{ title: "Open incidents", kind: "number", unit: "short", width: 6, thresholds: [0.5, 2] },
          says: "Leaks, gaps and lost processes that are neither closed nor proved fixed.",
          queries: [
            query(`sum by (kind) (${of("heaptide_incidents", { state: "open|acknowledged|fix-seen|reopened" })}) or vector(0)`, "{{kind}}"),
          ],
        },
        {
          ...{ title: "Alarms", kind: "number", unit: "short", width: 6, thresholds: [0.5, 1] },
          says: "Alarms that fire, by rule.",
          queries: [query(`${of("heaptide_alarms")} > 0 or sum(${of("heaptide_alarms")})`, "{{rule}}")],
        },
        {
          ...{ title: "Last change", kind: "number", unit: "dateTimeFromNow", width: 6 },
          says: "The latest deployment, restart or loss of anything.",
          queries: [query(`max(${of("heaptide_last_change_timestamp_seconds")}) * 1000`, "last change")],
        },
      ],
    },
    {
      title: "Flow",
      panels: [
        {
          ...{ title: "Taken in", kind: "lines", unit: "ops", width: 12 },
          says: "Elements a second by job and operator. A line that falls to 0 and stays there is a gap.",
          queries: [query(`sum by (job, operator) (rate(${RECORDS_IN}[5m]))`, "{{job}} · {{operator}}")],
        },
        {
          ...{ title: "Given out", kind: "lines", unit: "ops", width: 12 },
          says: "Elements a second by job and operator.",
          queries: [query(`sum by (job, operator) (rate(${RECORDS_OUT}[5m]))`, "{{job}} · {{operator}}")],
        },
        {
          ...{ title: "Missing", kind: "states", unit: "short", width: 12 },
          says: "When data of a job was missing.",
          queries: [query(of("heaptide_data_gap", JOB), "{{job}}")],
        },
        {
          ...{ title: "A day at a time", kind: "lines", unit: "short", width: 12 },
          says: "Elements of the last 24 hours: what runs at night shows its missing night as a fall that lasts a day.",
          queries: [query(`sum by (job) (increase(${RECORDS_OUT}[1d]))`, "{{job}}")],
        },
      ],
    },
    {
      title: "Logs and Heaptide itself",
      panels: [
        {
          ...{ title: "Log lines received", kind: "lines", unit: "ops", width: 8 },
          says: "From shippers. None where there should be some: a shipper is blocked.",
          queries: [query(`rate(${of("heaptide_log_lines_total")}[5m])`, "lines")],
        },
        {
          ...{ title: "Waiting to be written", kind: "lines", unit: "short", width: 8 },
          says: "Rows in memory. It rises while the disk is full or slow.",
          queries: [query(of("heaptide_store_buffered_rows"), "rows")],
        },
        {
          ...{ title: "Lost", kind: "lines", unit: "short", width: 8 },
          says: "Observations that could not be kept. 0, always.",
          queries: [query(`increase(${of("heaptide_store_dropped_total")}[10m])`, "observations")],
        },
      ],
    },
    {
      title: "Quality (dataspa)",
      panels: [
        {
          ...{ title: "Records by what became of them", kind: "lines", unit: "short", width: 12 },
          says: "Captured is the sum of processed, duplicates and rejected; what is neither is missing.",
          queries: [query("sum by (outcome) (dataspa_records_total)", "{{outcome}}")],
        },
        {
          ...{ title: "Unaccounted", kind: "lines", unit: "short", width: 12, thresholds: [0.5, 1] },
          says: "Captured and never seen again, by source. 0, always.",
          queries: [query("dataspa_unaccounted_records", "{{source}}")],
        },
        {
          ...{ title: "Places found", kind: "lines", unit: "percentunit", width: 8 },
          says: "Of the events without coordinates, those that got them.",
          queries: [query("dataspa_enriched_ratio", "{{source}}")],
        },
        {
          ...{ title: "Age of the last capture", kind: "lines", unit: "s", width: 8 },
          says: "By source; a night that was missed is a line above a day.",
          queries: [query("time() - dataspa_last_capture_timestamp_seconds", "{{source}}")],
        },
        {
          ...{ title: "From publishing to serving", kind: "lines", unit: "s", width: 8 },
          says: "Median of the last night, by source.",
          queries: [query("dataspa_end_to_end_delay_seconds", "{{source}}")],
        },
      ],
    },
  ],
};
