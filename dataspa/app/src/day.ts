import { Temporal } from "temporal-polyfill";

/** From its first midnight to its second, where the clocks are those of the zone: 23 to 25 hours. Milliseconds since the epoch. */
export function dayIn(timeZone: string, day: string): [number, number] {
  const date = Temporal.PlainDate.from(day);
  const midnight = (of: Temporal.PlainDate) => of.toZonedDateTime(timeZone).epochMilliseconds;
  return [midnight(date), midnight(date.add({ days: 1 }))];
}
