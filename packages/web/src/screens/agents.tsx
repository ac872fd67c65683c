import { formatDuration } from "@heaptide/base";
import type { AgentSeen } from "@heaptide/model";
import { useAnswer } from "../api/queries.ts";
import { formatAgo, formatCount } from "../format.ts";
import { Crumb } from "../parts/page-head.tsx";
import { Command, Empty, Failure, Loading } from "../parts/states.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { useAbout } from "../span.ts";

/** Who pushes to this server, when each was last heard, and what waits on its disk. */
export function Agents() {
  const { data, error } = useAnswer<AgentSeen[]>("/agents");
  const now = useAbout()?.now ?? Date.now();
  return (
    <>
      <Crumb title="Agents">
        <b>Agents</b>
      </Crumb>
      <h1 className="hidden-text">Agents</h1>
      {error && <Failure failure={error} />}
      {data === undefined && !error && <Loading what="the agents" />}
      {data?.length === 0 && <NoAgent />}
      {data !== undefined && data.length > 0 && (
        <div className="panel flush">
          <Table label="Agents" columns={columnsOf(now)} rows={data} keyOf={({ name }) => name} />
        </div>
      )}
    </>
  );
}

const NoAgent = () => (
  <div className="panel">
    <Empty title="No agent has pushed to this server">
      <p>
        An agent looks at the JVMs of its own host, keeps on its disk what this server cannot take yet, and needs a token of the scope
        agent:
      </p>
      <Command line="heaptide token create NAME --scopes agent" />
      <p>Then, on the host whose JVMs are to be seen:</p>
      <Command line={`heaptide agent --server ${location.origin} --token-file FILE`} />
    </Empty>
  </div>
);

const STATES: Readonly<Record<AgentSeen["state"], readonly [look: string, word: string]>> = {
  heard: ["healthy", "heard"],
  silent: ["critical", "silent"],
  left: ["unknown", "has ended"],
};
/** A clock that is further off than this makes times of different hosts hard to compare. */
const CLOCK_OFF = 2000;

const columnsOf = (now: number): Column<AgentSeen>[] => [
  { title: "agent", className: "lead", cell: ({ name }) => <b>{name}</b> },
  {
    title: "state",
    cell: ({ state }) => {
      const [look, word] = STATES[state];
      return <span className={`chip ${look}`}>{word}</span>;
    },
  },
  { title: "last heard", className: "nowrap", cell: ({ lastSeen }) => formatAgo(Date.parse(lastSeen), now) },
  { title: "known for", className: "r muted", cell: ({ firstSeen }) => formatDuration(Math.max(0, now - Date.parse(firstSeen))) },
  { title: "processes watched", className: "r", cell: ({ watching }) => formatCount(watching) },
  { title: "requests in its spool", className: "r", cell: ({ waiting }) => (waiting === 0 ? "none" : formatCount(waiting)) },
  {
    title: "dropped, spool full",
    className: "r",
    cell: ({ dropped }) => (dropped === 0 ? "nothing" : <b className="up">{formatCount(dropped)} observations</b>),
  },
  {
    title: "clock",
    className: "r",
    cell: ({ clockAhead }) =>
      Math.abs(clockAhead) < CLOCK_OFF ? (
        "right"
      ) : (
        <b className="up">{`${formatDuration(Math.abs(clockAhead))} ${clockAhead > 0 ? "ahead" : "behind"}`}</b>
      ),
  },
  { title: "orders on their way", className: "r", cell: ({ orders }) => orders > 0 && formatCount(orders) },
  { title: "version", className: "muted", cell: ({ version }) => version },
];
