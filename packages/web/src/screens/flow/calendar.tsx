import { formatDuration } from "@heaptide/base";
import type { FlowCalendar, FlowDay } from "@heaptide/model";
import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useAnswer } from "../../api/queries.ts";
import { formatCount, formatPercent } from "../../format.ts";
import { Command, Empty } from "../../parts/states.tsx";
import { type CalendarCell, type CalendarRow, calendarOf, monthsOf } from "./days.ts";
import { type Explanation, useExplanations } from "./explanations.ts";
import { Quality } from "./quality.tsx";

/** Sources by days, the latest on the right: a day without data is a red square with a cross, and leads to the incident that explains it. */
export function SourceCalendar() {
  const { data } = useAnswer<FlowCalendar>("/flow/days");
  if (data === undefined) return null;
  if (data.days.length === 0) return <NothingTold />;
  return (
    <>
      <Calendar calendar={data} />
      <Quality days={data.days} />
    </>
  );
}

const NothingTold = () => (
  <section className="panel">
    <h2>Sources by day</h2>
    <Empty title="No pipeline has told of its days">
      <p>
        What captures the data posts how much it got from each source; then each day is a square here, and one without data is marked. A day
        of a source, from any pipeline:
      </p>
      <Command line={firstDay()} />
    </Empty>
  </section>
);

/** A line that makes the first square. */
function firstDay(): string {
  const day = {
    source: "orders",
    day: new Date().toISOString().slice(0, 10),
    listed: 40,
    captured: 40,
    processed: 40,
    duplicates: 0,
    rejected: 0,
  };
  return `curl -H 'content-type: application/json' -d '${JSON.stringify([day])}' ${location.origin}/api/flow/days`;
}

interface Place {
  readonly row: number;
  readonly column: number;
}

const STEPS: Readonly<Record<string, Place>> = {
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
};

const Legend = () => (
  <div className="legend calendar-legend" aria-hidden="true">
    <span>
      <i className="day told level-1" /> less than expected
    </span>
    <span>
      <i className="day told level-4" /> as expected
    </span>
    <span>
      <i className="day gap">×</i> gap
    </span>
    <span>
      <i className="day untold" /> nothing told
    </span>
  </div>
);

function Calendar({ calendar }: { readonly calendar: FlowCalendar }) {
  const { days, rows } = useMemo(() => calendarOf(calendar), [calendar]);
  const [chosen, setChosen] = useState<Place>(() => firstPlace(rows));
  const table = useRef<HTMLTableElement>(null);
  const explain = useExplanations();
  const navigate = useNavigate();
  useEffect(() => {
    const scroller = table.current!.parentElement!;
    scroller.scrollLeft = scroller.scrollWidth;
  }, [days.length]);
  const cell = rows[chosen.row]?.cells[chosen.column];
  const open = ({ gap }: CalendarCell) => {
    const incident = gap === null ? null : explain(gap).incident;
    if (incident !== null) void navigate({ to: "/incidents/$id", params: { id: incident.id } });
  };
  const step = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const row = Math.min(rows.length - 1, Math.max(0, chosen.row + by.row));
    const column = Math.min(days.length - 1, Math.max(0, chosen.column + by.column));
    setChosen({ row, column });
    table.current?.querySelector<HTMLElement>(`[data-place="${row} ${column}"]`)?.focus();
  };
  return (
    <section className="panel">
      <h2>Sources by day</h2>
      <div className="scroll-x">
        <table className="calendar" role="grid" aria-label="Sources by day" ref={table} onKeyDown={step}>
          <thead>
            <tr>
              <th />
              {monthsOf(days).map(({ name, width }) => (
                <th key={name} colSpan={width}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, r) => (
              <tr key={row.source}>
                <th scope="row">{row.source}</th>
                {row.cells.map((one, c) => (
                  <td
                    key={one.day}
                    role="gridcell"
                    className={`day ${one.state} level-${one.level}`}
                    aria-label={`${row.source}, ${one.day}: ${inWords(one)}`}
                    aria-selected={chosen.row === r && chosen.column === c}
                    data-place={`${r} ${c}`}
                    tabIndex={chosen.row === r && chosen.column === c ? 0 : -1}
                    onFocus={() => setChosen({ row: r, column: c })}
                    onPointerEnter={() => setChosen({ row: r, column: c })}
                    onClick={() => open(one)}
                    onKeyDown={({ key }) => key === "Enter" && open(one)}
                  >
                    {one.state === "gap" ? "×" : ""}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Legend />
      {cell && <Told source={rows[chosen.row]!.source} cell={cell} explain={explain} />}
    </section>
  );
}

/** The latest gap, or the latest day. */
function firstPlace(rows: readonly CalendarRow[]): Place {
  const gaps = rows.flatMap(({ cells }, row) => cells.flatMap(({ state }, column) => (state === "gap" ? [{ row, column }] : [])));
  return gaps.toSorted((a, b) => b.column - a.column)[0] ?? { row: 0, column: (rows[0]?.cells.length ?? 1) - 1 };
}

/** The day that is pointed at, in words. */
function Told({
  source,
  cell,
  explain,
}: {
  readonly source: string;
  readonly cell: CalendarCell;
  readonly explain: ReturnType<typeof useExplanations>;
}) {
  const explanation = cell.gap === null ? null : explain(cell.gap);
  return (
    <div className="row told-day" aria-live="polite">
      <b>
        {source}, {cell.day}
      </b>
      <span className="muted">{inWords(cell)}</span>
      {explanation !== null && <Explained explanation={explanation} />}
    </div>
  );
}

export function Explained({ explanation: { incident, text } }: { readonly explanation: Explanation }) {
  if (incident === null) return <span className="muted">{text}</span>;
  return (
    <Link to="/incidents/$id" params={{ id: incident.id }} className="link">
      {text}
    </Link>
  );
}

function inWords({ told, gap }: CalendarCell): string {
  if (told === null) return gap === null ? "nothing told" : gap.title;
  return [gap?.title, ...factsOf(told)].filter(Boolean).join(" · ");
}

const factsOf = (day: FlowDay): (string | null)[] => [
  `${formatCount(day.listed)} listed${day.expected === null ? "" : ` of ${formatCount(day.expected)} expected`}`,
  `${formatCount(day.captured)} captured`,
  `${formatCount(day.processed)} processed`,
  day.duplicates > 0 ? `${formatCount(day.duplicates)} duplicates` : null,
  day.rejected > 0 ? `${formatCount(day.rejected)} rejected` : null,
  day.enriched === null ? null : `${formatPercent(day.enriched)} of the incomplete enriched`,
  day.delay === null ? null : `served after ${formatDuration(day.delay)}`,
];
