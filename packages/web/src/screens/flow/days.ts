import type { FlowCalendar, FlowDay, GapSeen } from "@heaptide/model";

/** One source on one day. `level`: 0 where nothing came, to 4 where as much came as was expected, or as on the best days. */
export interface CalendarCell {
  readonly day: string;
  readonly told: FlowDay | null;
  readonly gap: GapSeen | null;
  readonly state: "told" | "gap" | "untold";
  readonly level: 0 | 1 | 2 | 3 | 4;
}

export interface CalendarRow {
  readonly source: string;
  readonly cells: readonly CalendarCell[];
}

const DAY = 86_400_000;
/** So many columns have room; what is older is in the API. */
const MOST_DAYS = 90;
const FEWEST_DAYS = 30;

/** Rows by source, columns from the first day that was told of to the last; at least a month, so that a young pipeline's squares are no walls. */
export function calendarOf({ days, gaps, to }: FlowCalendar): { readonly days: readonly string[]; readonly rows: readonly CalendarRow[] } {
  const last = days.reduce((latest, { day }) => (day > latest ? day : latest), days[0]?.day ?? to);
  const first = days.reduce((earliest, { day }) => (day < earliest ? day : earliest), last);
  const count = Math.min(MOST_DAYS, Math.max(FEWEST_DAYS, (Date.parse(last) - Date.parse(first)) / DAY + 1));
  const columns = Array.from({ length: count }, (_, i) => new Date(Date.parse(last) - (count - 1 - i) * DAY).toISOString().slice(0, 10));
  const gapOf = new Map(gaps.map((gap) => [gap.id, gap]));
  const rows = [...Map.groupBy(days, ({ source }) => source)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, own]) => {
      const best = own.reduce((most, { listed }) => Math.max(most, listed), 0);
      const byDay = new Map(own.map((day) => [day.day, day]));
      return { source, cells: columns.map((day) => cellOf(day, byDay.get(day) ?? null, gapOf, best)) };
    });
  return { days: columns, rows };
}

function cellOf(day: string, told: FlowDay | null, gapOf: ReadonlyMap<string, GapSeen>, best: number): CalendarCell {
  const gap = told?.gap ? (gapOf.get(told.gap) ?? unknownGap(told.gap, day)) : null;
  const expected = told?.expected ?? best;
  const share = told === null || expected === 0 ? 0 : Math.min(1, told.listed / expected);
  return {
    day,
    told,
    gap,
    state: gap !== null ? "gap" : told === null ? "untold" : "told",
    level: share === 0 ? 0 : (Math.max(1, Math.round(share * 4)) as 1 | 2 | 3 | 4),
  };
}

/** A day names a gap that was dropped since, or never told of. */
const unknownGap = (id: string, day: string): GapSeen => ({
  type: "gap",
  at: Date.parse(day),
  id,
  from: Date.parse(day),
  to: Date.parse(day) + DAY,
  job: null,
  title: "Data is missing",
});

/** Headings over the columns: each month with the number of its days that are shown. */
export function monthsOf(days: readonly string[]): { readonly name: string; readonly width: number }[] {
  const names = days.map((day) =>
    new Date(`${day}T00:00:00Z`).toLocaleDateString("en", { month: "short", year: "numeric", timeZone: "UTC" }),
  );
  return [...Map.groupBy(names, (name) => name)].map(([name, all]) => ({ name, width: all.length }));
}

/** What a source's last days were worth. Shares are 0 to 1, times milliseconds; null where nothing is known. */
export interface SourceQuality {
  readonly source: string;
  readonly days: number;
  readonly gaps: number;
  readonly captured: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Captured, and neither processed nor told why not. */
  readonly missing: number;
  readonly enriched: number | null;
  readonly lateness: number | null;
  readonly delay: number | null;
}

/** @param most so many of the last days of each source */
export function qualityOf(days: readonly FlowDay[], most: number): SourceQuality[] {
  return [...Map.groupBy(days, ({ source }) => source)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, all]) => {
      const own = all.toSorted((a, b) => (a.day < b.day ? -1 : 1)).slice(-most);
      const sum = (count: (day: FlowDay) => number) => own.reduce((total, day) => total + count(day), 0);
      const captured = sum((day) => day.captured);
      const [duplicates, rejected] = [sum((day) => day.duplicates), sum((day) => day.rejected)];
      return {
        source,
        days: own.length,
        gaps: own.filter(({ gap }) => gap !== null).length,
        captured,
        duplicates,
        rejected,
        missing: Math.max(0, captured - duplicates - rejected - sum((day) => day.processed)),
        enriched: middle(own.map(({ enriched }) => enriched)),
        lateness: middle(own.map(({ lateness }) => lateness)),
        delay: middle(own.map(({ delay }) => delay)),
      };
    });
}

function middle(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  return known.length === 0 ? null : known[known.length >> 1]!;
}
