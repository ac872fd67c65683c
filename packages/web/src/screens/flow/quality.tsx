import { formatDuration } from "@heaptide/base";
import type { FlowDay } from "@heaptide/model";
import { useMemo } from "react";
import { formatCount, formatPercent } from "../../format.ts";
import type { Column } from "../../parts/table.tsx";
import { TablePanel } from "../../parts/table-panel.tsx";
import { qualityOf, type SourceQuality } from "./days.ts";

const DAYS = 7;

/** How good the data of the last days is, source by source. */
export function Quality({ days }: { readonly days: readonly FlowDay[] }) {
  const rows = useMemo(() => qualityOf(days, DAYS), [days]);
  return (
    <TablePanel title={`Quality, each source's last ${DAYS} days`} columns={COLUMNS} rows={rows} keyOf={({ source }) => source} empty="" />
  );
}

const shareOf = (part: number, whole: number): string => (whole === 0 ? "–" : formatPercent(part / whole));

const COLUMNS: readonly Column<SourceQuality>[] = [
  { title: "source", className: "lead", cell: ({ source }) => source },
  {
    title: "days with a gap",
    className: "r",
    cell: ({ gaps, days }) => (gaps === 0 ? "none" : <b className="up">{`${gaps} of ${days}`}</b>),
  },
  { title: "captured", className: "r", cell: ({ captured }) => formatCount(captured) },
  { title: "duplicates", className: "r", cell: ({ duplicates, captured }) => shareOf(duplicates, captured) },
  { title: "rejected", className: "r", cell: ({ rejected, captured }) => shareOf(rejected, captured) },
  {
    title: "not accounted for",
    className: "r",
    cell: ({ missing }) => (missing === 0 ? "none" : <b className="up">{formatCount(missing)}</b>),
  },
  { title: "incomplete, enriched", className: "r", cell: ({ enriched }) => (enriched === null ? "–" : formatPercent(enriched)) },
  { title: "processed after", className: "r", cell: ({ lateness }) => (lateness === null ? "–" : formatDuration(lateness)) },
  { title: "served after", className: "r", cell: ({ delay }) => (delay === null ? "–" : formatDuration(delay)) },
];
