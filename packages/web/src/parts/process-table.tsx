import { formatBytes, formatDuration } from "@heaptide/base";
import type { Overview, OverviewRow } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { formatAgo, formatInterval, formatPercent } from "../format.ts";
import { Sparkline } from "./sparkline.tsx";
import { VerdictChip } from "./verdict.tsx";

/** Every process with its live set over the span; the worst first. */
export function ProcessTable({ overview, now }: { readonly overview: Overview; readonly now: number }) {
  return (
    <div className="panel flush scroll-x">
      <table className="process-table">
        <thead>
          <tr>
            <th>process</th>
            <th>verdict</th>
            <th className="course">
              live set, {formatDuration(Math.round((overview.to - overview.from) / 60_000) * 60_000 || overview.to - overview.from)}
            </th>
            <th className="r">now</th>
            <th className="r">of limit</th>
            <th className="r">runs out</th>
            <th>jobs</th>
            <th>last change</th>
          </tr>
        </thead>
        <tbody>
          {overview.processes.map((row) => (
            <Row key={row.process.key} row={row} span={overview} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, span, now }: { readonly row: OverviewRow; readonly span: Overview; readonly now: number }) {
  const { process, incarnation, verdict, why, liveSet, limit, exhaustion, jobs, lastChange } = row;
  const live = liveSet?.value.at(-1);
  return (
    <tr>
      <td className="nowrap">
        <Link to="/processes/$key" params={{ key: process.key }} className="name">
          {process.name}
        </Link>
        {incarnation.endedAt !== null && <div className="tiny">ended {formatAgo(incarnation.endedAt, now)}</div>}
      </td>
      <td title={why}>
        <VerdictChip verdict={verdict} />
      </td>
      <td className="course">
        {liveSet ? (
          <Sparkline
            values={liveSet.value}
            at={liveSet.at}
            span={span}
            label={`live set of ${process.name}, now ${formatBytes(live ?? 0)}`}
          />
        ) : (
          <span className="tiny">no sample in this span</span>
        )}
      </td>
      <td className="r">{live === undefined ? "" : formatBytes(live)}</td>
      <td className="r">{live === undefined || limit === null ? "" : formatPercent(Math.round((live / limit.value) * 100) / 100)}</td>
      <td className="r">
        {exhaustion ? (
          `in ${formatInterval(exhaustion.low, exhaustion.high)}`
        ) : verdict === "healthy" ? (
          ""
        ) : (
          <span className="tiny">not known yet</span>
        )}
      </td>
      <td className="muted jobs">{jobs.join(", ")}</td>
      <td className="muted">{lastChange && `${lastChange.title.replace(`${process.name} `, "")}, ${formatAgo(lastChange.at, now)}`}</td>
    </tr>
  );
}
