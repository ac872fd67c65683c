import { formatMoment } from "../../format.ts";
import type { Column } from "../../parts/table.tsx";
import { TablePanel } from "../../parts/table-panel.tsx";
import type { Alerts } from "./answer.ts";

type Channel = Alerts["channels"][number];
type Delivery = Alerts["deliveries"][number];
type OnTest = (channel: string) => void;

const SHOWN = 20;
const NOBODY = "Nobody is told: no channel is configured. Name some in a file: heaptide serve --alerts alerts.yaml.";

interface Props {
  readonly alerts: Pick<Alerts, "channels" | "deliveries">;
  readonly now: number;
  readonly onTest: OnTest;
}

/** Who is told, and what became of each message. */
export const Channels = ({ alerts: { channels, deliveries }, now, onTest }: Props) => (
  <>
    <TablePanel title="Channels" columns={channelColumns(onTest)} rows={channels} keyOf={({ name }) => name} empty={NOBODY} />
    <TablePanel
      title="Messages"
      columns={messageColumns(now)}
      rows={deliveries.slice(0, SHOWN)}
      keyOf={({ id }) => id}
      empty="No message was sent yet."
    />
  </>
);

const channelColumns = (onTest: OnTest): Column<Channel>[] => [
  { title: "channel", className: "lead", cell: ({ name }) => name },
  { title: "kind", className: "muted", cell: ({ kind }) => kind },
  { title: "leads to", className: "mono", cell: ({ target }) => target },
  {
    title: "",
    cell: ({ name }) => (
      <button type="button" className="control" onClick={() => onTest(name)}>
        Send a test
      </button>
    ),
  },
];

const messageColumns = (now: number): Column<Delivery>[] => [
  {
    title: "state",
    cell: ({ state }) => (
      <span className={`chip ${state === "delivered" ? "healthy" : state === "dead" ? "critical" : "unknown"}`}>{state}</span>
    ),
  },
  {
    title: "message",
    className: "lead",
    cell: ({ title, event }) => (
      <>
        {title} <span className="tiny">{event}</span>
      </>
    ),
  },
  { title: "channel", className: "muted", cell: ({ channel }) => channel },
  { title: "at", className: "nowrap muted", cell: ({ createdAt }) => formatMoment(Date.parse(createdAt), now) },
  { title: "problem", className: "muted", cell: ({ problem, attempts }) => problem !== null && `${problem} (${attempts} attempts)` },
];
