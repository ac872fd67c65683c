import { METRICS } from "@heaptide/server/metrics";

/** A panel of a dashboard, before it is Grafana's. Queries are PromQL; `$process` and `$job` are the dashboard's variables. */
export interface Panel {
  readonly title: string;
  /** What to look for in it, and why. */
  readonly says: string;
  readonly kind: "lines" | "number" | "states" | "table";
  /** Grafana's names of units. */
  readonly unit: "bytes" | "short" | "s" | "ops" | "Bps" | "ms" | "percentunit" | "dateTimeFromNow";
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: number;
  /** Above (or, descending, below) these values green turns orange, and orange red. */
  readonly thresholds?: readonly [orange: number, red: number];
}

export interface Query {
  readonly expression: string;
  /** `{{process}}` and the like. */
  readonly legend: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly says: string;
  readonly variables: readonly { readonly name: string; readonly label: string; readonly query: string }[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** A selector of one of Heaptide's metrics. @throws for one that it does not export, or a label that the metric does not have */
export function of(metric: string, matchers: Readonly<Record<string, string>> = {}): string {
  const known = METRICS[metric];
  if (known === undefined) throw new Error(`${metric} is no metric of Heaptide`);
  const parts = Object.entries(matchers).map(([label, value]) => {
    if (!known.labels.includes(label)) throw new Error(`${metric} has no label ${label}`);
    return /[$|.*]/.test(value) ? `${label}=~"${value}"` : `${label}="${value}"`;
  });
  return parts.length === 0 ? metric : `${metric}{${parts.join(",")}}`;
}

export const query = (expression: string, legend: string): Query => ({ expression, legend });
