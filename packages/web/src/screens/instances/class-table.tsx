import { formatBytes } from "@heaptide/base";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useRef } from "react";
import { formatCount, formatSigned, packageName, simpleName } from "../../format.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import type { ClassRow, SortBy } from "./rows.ts";

const ROW = 27;
const COLUMNS: readonly (readonly [SortBy, string])[] = [
  ["name", "class"],
  ["grown", "instances grown"],
  ["instances", "instances"],
  ["bytesGrown", "bytes grown"],
  ["bytes", "bytes"],
];

interface Props {
  readonly rows: readonly ClassRow[];
  readonly sortBy: SortBy;
  readonly onSort: (by: SortBy) => void;
  readonly onFold: (name: string) => void;
  readonly unfolded: ReadonlySet<string>;
}

/** As many classes as there are: only the rows that are seen are in the page. */
export function ClassTable({ rows, sortBy, onSort, onFold, unfolded }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  const scrollByKey = (event: KeyboardEvent) => {
    const rows = scroller.current;
    if (rows === null || event.target !== rows) return;
    const page = rows.clientHeight - ROW;
    const by = { j: ROW, k: -ROW, PageDown: page, PageUp: -page }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    rows.scrollTop += by;
  };
  return (
    <div className="class-table" role="table" aria-rowcount={rows.length + 1} aria-label="Classes">
      <div role="rowgroup">
        <div className="class-row head" role="row">
          {COLUMNS.map(([by, name]) => (
            <span
              key={by}
              role="columnheader"
              className={by}
              aria-sort={sortBy === by ? (by === "name" ? "ascending" : "descending") : undefined}
            >
              <button type="button" onClick={() => onSort(by)}>
                {name}
                {sortBy === by ? (by === "name" ? " ↑" : " ↓") : ""}
              </button>
            </span>
          ))}
          <span role="columnheader" className="trend">
            count
          </span>
        </div>
      </div>
      <div ref={scroller} className="rows" role="rowgroup" tabIndex={0} onKeyDown={scrollByKey} aria-label="Rows">
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
          {virtual.getVirtualItems().map(({ index, start }) => (
            <Row
              key={index}
              row={rows[index]!}
              top={start}
              place={index + 2}
              onFold={onFold}
              isUnfolded={unfolded.has(rows[index]!.name)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Drawn once while it is in the page: scrolling renders only the rows that come in. */
const Row = memo(function Row({
  row,
  top,
  place,
  onFold,
  isUnfolded,
}: {
  row: ClassRow;
  top: number;
  place: number;
  onFold: (name: string) => void;
  isUnfolded: boolean;
}) {
  const { name, instances, grown, bytes, bytesGrown, trend, depth, members, ratio } = row;
  // Much grows for a while; what a finding names is red.
  const isOfGroup = depth === 1 || members > 0;
  return (
    <div
      className={depth === 1 ? "class-row member" : "class-row"}
      role="row"
      aria-rowindex={place}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="name mono" title={name}>
        {members > 0 && (
          <button
            type="button"
            className="fold"
            aria-expanded={isUnfolded}
            aria-label={`${members} classes that grow with ${simpleName(name)}`}
            onClick={() => onFold(name)}
          >
            {isUnfolded ? "▾" : "▸"} {members}
          </button>
        )}
        {packageName(name) !== "" && <span className="tiny package">{packageName(name)}.</span>}
        <span className="simple">{simpleName(name)}</span>
        {ratio !== null && <span className="tiny"> × {formatCount(Math.round(ratio * 100) / 100)}</span>}
      </span>
      <span role="cell" className={isOfGroup && grown > 0 ? "grown up" : "grown"}>
        {grown === 0 ? "0" : formatSigned(grown)}
      </span>
      <span role="cell">{formatCount(instances)}</span>
      <span
        role="cell"
        className={isOfGroup && bytesGrown > 0 ? "up" : ""}
        title={members > 0 && !isUnfolded ? `with the ${members} classes that grow with it` : undefined}
      >
        {bytesGrown === 0 ? "0 B" : formatSigned(bytesGrown, formatBytes)}
      </span>
      <span role="cell">{formatBytes(bytes)}</span>
      <span role="cell" className="trend">
        {trend === null ? (
          <i className="flat" />
        ) : (
          <Sparkline values={trend} width={110} height={18} label={`course of ${simpleName(name)}`} />
        )}
      </span>
    </div>
  );
});
