import { formatDuration } from "@heaptide/base";
import type { FlowDay } from "@heaptide/model";
import { useMemo } from "react";
import { formatCount, formatPercent } from "../../format.ts";
import { qualityOf } from "./days.ts";

const DAYS = 7;

/** How good the data of the last days is, source by source. */
export function Quality({ days }: { readonly days: readonly FlowDay[] }) {
  const rows = useMemo(() => qualityOf(days, DAYS), [days]);
  return (
    <section className="panel">
      <h2>Quality, each source's last {DAYS} days</h2>
      <div className="scroll-x" tabIndex={0} role="group" aria-label="Quality">
        <table>
          <thead>
            <tr>
              <th>source</th>
              <th className="r">days with a gap</th>
              <th className="r">captured</th>
              <th className="r">duplicates</th>
              <th className="r">rejected</th>
              <th className="r">not accounted for</th>
              <th className="r">incomplete, enriched</th>
              <th className="r">processed after</th>
              <th className="r">served after</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.source}>
                <td>{row.source}</td>
                <td className="r">{row.gaps === 0 ? "none" : <b className="up">{`${row.gaps} of ${row.days}`}</b>}</td>
                <td className="r">{formatCount(row.captured)}</td>
                <td className="r">{shareOf(row.duplicates, row.captured)}</td>
                <td className="r">{shareOf(row.rejected, row.captured)}</td>
                <td className="r">{row.missing === 0 ? "none" : <b className="up">{formatCount(row.missing)}</b>}</td>
                <td className="r">{row.enriched === null ? "–" : formatPercent(row.enriched)}</td>
                <td className="r">{row.lateness === null ? "–" : formatDuration(row.lateness)}</td>
                <td className="r">{row.delay === null ? "–" : formatDuration(row.delay)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const shareOf = (part: number, whole: number): string => (whole === 0 ? "–" : formatPercent(part / whole));
