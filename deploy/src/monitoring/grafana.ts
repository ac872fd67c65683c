import type { Dashboard, Panel } from "./panel.ts";

/*
 * Format: Grafana's dashboard model, JSON, schema version 39 (Grafana 10 and newer; older ones are migrated by Grafana when they are loaded).
 * Layout: grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model. Provisioned as files, or imported by hand.
 */
const SCHEMA = 39;
const SOURCE = { type: "prometheus", uid: "${datasource}" };
const HEIGHT: Readonly<Record<Panel["kind"], number>> = { lines: 8, number: 5, states: 5, table: 8 };
const TYPE: Readonly<Record<Panel["kind"], string>> = { lines: "timeseries", number: "stat", states: "state-timeline", table: "table" };
const COLUMNS = 24;

/** The states of a verdict by their number in the query, worst first. */
const VERDICTS = [
  ["leaking", "red"],
  ["growing", "orange"],
  ["warming-up", "blue"],
  ["healthy", "green"],
  ["unknown", "text"],
] as const;

export function grafanaDashboard({ uid, title, says, variables, rows }: Dashboard): object {
  let y = 0;
  let id = 1;
  const panels: object[] = [];
  for (const row of rows) {
    panels.push({ id: id++, type: "row", title: row.title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] });
    y++;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      if (x + panel.width > COLUMNS) [x, y, height] = [0, y + height, 0];
      panels.push(panelOf(panel, id++, { x, y, w: panel.width, h: HEIGHT[panel.kind] }));
      x += panel.width;
      height = Math.max(height, HEIGHT[panel.kind]);
    }
    y += height;
  }
  return {
    uid,
    title,
    description: says,
    tags: ["heaptide"],
    schemaVersion: SCHEMA,
    editable: true,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    graphTooltip: 1,
    annotations: { list: [CHANGES] },
    templating: { list: [DATASOURCE, ...variables.map(variableOf)] },
    panels,
  };
}

/** Deployments, restarts and losses as lines through every panel: the time is the value. */
const CHANGES = {
  name: "Changes",
  enable: true,
  iconColor: "purple",
  datasource: SOURCE,
  expr: "heaptide_last_change_timestamp_seconds * 1000",
  useValueForTime: true,
  titleFormat: "{{kind}}",
  textFormat: "{{subject}}",
  step: "60s",
};

const DATASOURCE = { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" };

const variableOf = ({ name, label, query }: Dashboard["variables"][number]): object => ({
  name,
  label,
  type: "query",
  datasource: SOURCE,
  query: { query, refId: name },
  refresh: 2,
  includeAll: true,
  allValue: ".*",
  multi: true,
  current: { text: "All", value: "$__all" },
});

function panelOf({ title, says, kind, unit, queries, thresholds }: Panel, id: number, gridPos: object): object {
  return {
    id,
    type: TYPE[kind],
    title,
    description: says,
    gridPos,
    datasource: SOURCE,
    targets: queries.map(({ expression, legend }, i) => ({
      refId: String.fromCodePoint(65 + i),
      datasource: SOURCE,
      expr: expression,
      legendFormat: legend,
      ...(kind === "number" && { instant: true }),
    })),
    fieldConfig: {
      defaults: { unit, ...thresholdsOf(thresholds), ...(kind === "states" && statesOf(queries.length)) },
      overrides: overridesOf(queries),
    },
    options: kind === "number" ? { reduceOptions: { calcs: ["lastNotNull"] }, colorMode: "value", graphMode: "none" } : {},
  };
}

/** Ascending: more is worse. Descending: less is. */
function thresholdsOf(thresholds: Panel["thresholds"]): object {
  if (thresholds === undefined) return {};
  const [orange, red] = thresholds;
  const steps =
    orange < red
      ? [
          { color: "green", value: null },
          { color: "orange", value: orange },
          { color: "red", value: red },
        ]
      : [
          { color: "red", value: null },
          { color: "orange", value: red },
          { color: "green", value: orange },
        ];
  return { thresholds: { mode: "absolute", steps } };
}

/** Several queries: each is one verdict, told apart by its number. One: it is there or not. */
function statesOf(queries: number): object {
  const shown = queries > 1 ? VERDICTS : ([["missing", "red"]] as const);
  const options = Object.fromEntries(shown.map(([text, color], i) => [String(i + 1), { text, color, index: i }]));
  return { mappings: [{ type: "value", options }], color: { mode: "fixed", fixedColor: "text" } };
}

/** A limit is a dashed line, whatever its process's colour. */
const overridesOf = (queries: Panel["queries"]): object[] =>
  queries.some(({ legend }) => legend.endsWith(" limit"))
    ? [
        {
          matcher: { id: "byRegexp", options: ".* limit$" },
          properties: [
            { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 6] } },
            { id: "color", value: { mode: "fixed", fixedColor: "red" } },
          ],
        },
      ]
    : [];
