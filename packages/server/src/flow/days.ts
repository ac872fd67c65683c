import { FlowDay } from "@heaptide/model";
import type { RecordChange, Store } from "@heaptide/store";

/** More than a year, so that a year can be compared with its last days. */
const KEPT_DAYS = 400;
/** Of all sources together: bounds memory, whatever is sent. The oldest go first. */
const MOST_KEPT = 100_000;
const DAY = 86_400_000;

/** What pipelines told of their days: few thousands a year, in memory and on the disk. The same day told again replaces what was said before. */
export class FlowDays {
  readonly #store: Pick<Store, "records" | "keepRecords">;
  readonly #now: () => number;
  readonly #days: Map<string, FlowDay>;

  private constructor(store: Pick<Store, "records" | "keepRecords">, now: () => number, days: readonly FlowDay[]) {
    this.#store = store;
    this.#now = now;
    this.#days = new Map(days.map((day) => [keyOf(day), day]));
  }

  /** With what was kept before; what this version does not understand any more is left out. */
  static async load(store: Pick<Store, "records" | "keepRecords">, now: () => number): Promise<FlowDays> {
    const kept = await store.records("flow-day");
    const days = kept.flatMap(({ content }) => {
      const parsed = FlowDay.safeParse(content);
      return parsed.success ? [parsed.data] : [];
    });
    return new FlowDays(store, now, days);
  }

  /** Both ends included, as `2026-11-24`. Ascending by day, then source. */
  between(from: string, to: string): FlowDay[] {
    const found = [...this.#days.values()].filter(({ day }) => day >= from && day <= to);
    return found.toSorted((a, b) => compare(a.day, b.day) || compare(a.source, b.source));
  }

  /** Resolves when they are on the disk. @throws DISK_FULL, STORE_WRITE_FAILED: nothing was taken then */
  async take(days: readonly FlowDay[]): Promise<void> {
    const stale = this.#stale(days.length);
    const changes = days.map((day): RecordChange => ({ kind: "flow-day", id: keyOf(day), seen: Date.parse(day.day), content: day }));
    const dropped = stale.map(([id, { day }]): RecordChange => ({ kind: "flow-day", id, seen: Date.parse(day), content: null }));
    await this.#store.keepRecords([...dropped, ...changes]);
    for (const [id] of stale) this.#days.delete(id);
    for (const day of days) this.#days.set(keyOf(day), day);
  }

  #stale(coming: number): [string, FlowDay][] {
    const oldest = new Date(this.#now() - KEPT_DAYS * DAY).toISOString().slice(0, 10);
    const excess = this.#days.size + coming - MOST_KEPT;
    if (excess <= 0) return [...this.#days].filter(([, { day }]) => day < oldest);
    return [...this.#days].toSorted(([, a], [, b]) => compare(a.day, b.day)).filter(([, { day }], index) => index < excess || day < oldest);
  }
}

const keyOf = ({ day, source }: FlowDay): string => `${day} ${source}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
