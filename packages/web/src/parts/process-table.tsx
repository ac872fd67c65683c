import { formatBytes, formatDuration } from "@heaptide/base";
import type { Overview, OverviewRow } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { formatAgo, formatInterval, formatPercent } from "../format.ts";
import { Sparkline } from "./sparkline.tsx";
import { type Column, Table } from "./table.tsx";
import { VerdictChip } from "./verdict.tsx";

/** Every process with its live set over the span; the worst first. */
export function ProcessTable({ overview, now }: { readonly overview: Overview; readonly now: number }) {
  return (
    <div className="panel flush">
      <Table
        label="Processes"
        className="process-table"
        columns={columnsOf(overview, now)}
        rows={overview.processes}
        keyOf={({ process }) => process.key}
      />
    </div>
  );
}

const columnsOf = (span: Overview, now: number): Column<OverviewRow>[] => [
  { title: "process", className: "lead", cell: (row) => <Name row={row} now={now} /> },
  {
    title: "verdict",
    cell: ({ verdict, why }) => (
      <span title={why}>
        <VerdictChip verdict={verdict} />
      </span>
    ),
  },
  { title: `live set, ${lengthOf(span)}`, className: "course", cell: (row) => <LiveSet row={row} span={span} /> },
  { title: "now", className: "r", cell: ({ liveSet }) => liveSet && formatBytes(liveSet.value.at(-1) ?? 0) },
  { title: "of limit", className: "r", cell: shareOfLimit },
  { title: "runs out", className: "r", cell: runsOut },
  { title: "jobs", className: "muted jobs", cell: ({ jobs }) => jobs.join(", ") },
  {
    title: "last change",
    className: "muted",
    cell: ({ process, lastChange }) =>
      lastChange && `${lastChange.title.replace(`${process.name} `, "")}, ${formatAgo(lastChange.at, now)}`,
  },
];

const MINUTE = 60_000;
const lengthOf = ({ from, to }: Overview): string => formatDuration(Math.round((to - from) / MINUTE) * MINUTE || to - from);

const Name = ({ row: { process, incarnation }, now }: { readonly row: OverviewRow; readonly now: number }) => (
  <>
    <Link to="/processes/$key" params={{ key: process.key }} className="name">
      {process.name}
    </Link>
    {incarnation.endedAt !== null && <div className="tiny">ended {formatAgo(incarnation.endedAt, now)}</div>}
  </>
);

function LiveSet({ row: { process, liveSet }, span }: { readonly row: OverviewRow; readonly span: Overview }) {
  if (liveSet === null) return <span className="tiny">no sample in this span</span>;
  const label = `live set of ${process.name}, now ${formatBytes(liveSet.value.at(-1) ?? 0)}`;
  return <Sparkline values={liveSet.value} at={liveSet.at} span={span} label={label} />;
}

function shareOfLimit({ liveSet, limit }: OverviewRow): string | null {
  const live = liveSet?.value.at(-1);
  return live === undefined || limit === null ? null : formatPercent(Math.round((live / limit.value) * 100) / 100);
}

function runsOut({ exhaustion, verdict }: OverviewRow) {
  if (exhaustion) return `in ${formatInterval(exhaustion.low, exhaustion.high)}`;
  return verdict === "healthy" ? null : <span className="tiny">not known yet</span>;
}
