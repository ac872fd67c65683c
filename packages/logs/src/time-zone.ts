const DAY = 86_400_000;

/**
 * Wall-clock times of a log line to milliseconds since the epoch.
 *
 * log4j's `%d` writes the local time of the process and no zone. In the hour that a zone repeats in autumn the earlier of the two times is
 * taken; a time in the hour that it skips in spring is read as if the clock had not been moved yet.
 */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;
  /** Offsets by quarter of an hour: zones change at such times only, and asking `Intl` for each line would cost more than the rest. */
  readonly #offsets = new Map<number, number>();

  /** @param name IANA name, "UTC", or an offset such as "+02:00"; by default the zone of this process. @throws RangeError for others. */
  constructor(name?: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      dateStyle: "short",
      timeStyle: "medium",
    });
  }

  /** @param wall the wall-clock time as if it were UTC, milliseconds. */
  toEpoch(wall: number): number {
    // No zone changes twice in two days: one of the offsets of the day before and the day after is in force.
    const before = this.#offsetAt(wall - DAY);
    const after = this.#offsetAt(wall + DAY);
    const isAfter = before !== after && this.#offsetAt(wall - before) !== before && this.#offsetAt(wall - after) === after;
    return wall - (isAfter ? after : before);
  }

  /** Local time minus UTC at that moment, milliseconds. */
  #offsetAt(epoch: number): number {
    const quarter = Math.floor(epoch / 900_000);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      if (this.#offsets.size >= 1000) this.#offsets.clear();
      offset = this.#measure(quarter * 900_000);
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }

  #measure(epoch: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(epoch)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(2000 + year!, month! - 1, day, hour, minute, second) - epoch;
  }
}

/** The zone that a line names itself: "Z", "+0200", "+02:00". @returns its offset in milliseconds. */
export function zoneOffset(text: string): number {
  if (text === "Z") return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000;
}
