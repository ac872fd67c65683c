import { formatDuration } from "@heaptide/base";
import { formatMoment } from "../../format.ts";
import type { Column } from "../../parts/table.tsx";
import { TablePanel } from "../../parts/table-panel.tsx";
import type { Alerts, Rule } from "./answer.ts";

type Alarm = Alerts["alarms"][number];

export const Alarms = ({ alarms, now }: { readonly alarms: Alerts["alarms"]; readonly now: number }) => (
  <TablePanel title="Alarms" columns={alarmColumns(now)} rows={alarms} keyOf={({ key }) => key} empty="No alarm at present." />
);

const alarmColumns = (now: number): Column<Alarm>[] => [
  {
    title: "state",
    cell: ({ state, severity }) => (
      <span className={`chip ${state === "firing" ? severity : "unknown"}`}>
        {state}, {severity}
      </span>
    ),
  },
  {
    title: "alarm",
    className: "lead",
    cell: ({ title, text }) => (
      <>
        <b>{title}</b>
        {text !== title && <div className="muted">{text.replace(title, "").trim()}</div>}
      </>
    ),
  },
  { title: "since", className: "nowrap", cell: ({ since }) => formatMoment(Date.parse(since), now) },
  { title: "silenced", cell: ({ silencedBy }) => silencedBy !== null && "yes" },
];

type OnSwitch = (rule: Rule) => void;

export const Rules = ({ rules, onSwitch }: { readonly rules: readonly Rule[]; readonly onSwitch: OnSwitch }) => (
  <TablePanel title="Rules" columns={ruleColumns(onSwitch)} rows={rules} keyOf={({ id }) => id} empty="No rule is configured." />
);

const ruleColumns = (onSwitch: OnSwitch): Column<Rule>[] => [
  { title: "rule", className: "lead", cell: ({ name }) => name },
  { title: "when", className: "muted", cell: conditionOf },
  { title: "severity", cell: ({ severity }) => <span className={`chip ${severity}`}>{severity}</span> },
  { title: "tells", className: "muted", cell: ({ channels }) => channels?.join(", ") ?? "all channels" },
  {
    title: "state",
    cell: (rule) => (
      <button
        type="button"
        className="control switch"
        role="switch"
        aria-checked={rule.enabled}
        aria-label={`Rule ${rule.name}`}
        onClick={() => onSwitch(rule)}
      >
        {rule.enabled ? "on" : "off"}
      </button>
    ),
  },
];

const conditionOf = ({ when, within, for: lasting }: Rule): string =>
  [
    when.replaceAll("-", " "),
    within === null ? "" : ` within ${formatDuration(within)}`,
    lasting === 0 ? "" : `, for ${formatDuration(lasting)}`,
  ].join("");
