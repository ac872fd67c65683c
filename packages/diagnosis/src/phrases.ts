import { formatBytes, formatInterval, formatRatio } from "@heaptide/base";
import type { Driver, Line } from "@heaptide/model";
import { isOne } from "./growth/law.ts";
import { simpleName } from "./growth/class-names.ts";

/** The pieces that sentences are made of. */

export const sizeOf = (value: number, unit: "B" | "1"): string => (unit === "B" ? formatBytes(value) : String(Math.round(value)));

export const sharePercent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** "element through enrich-venues". */
export function eventOf({ kind, operator }: Pick<Driver, "kind" | "operator">): string {
  switch (kind) {
    case "records-in":
      return `element through ${operator}`;
    case "submissions":
      return "job submission";
    case "restarts":
      return "job restart";
    case "checkpoints":
      return "checkpoint";
    case "log-lines":
      return "log line";
    case "wall-time":
      return "second";
  }
}

/** "1.00 [0.99, 1.01]". */
export const perEvent = ({ ratio }: Pick<Driver, "ratio">): string => formatInterval(ratio);

export const howMany = (ratio: number): string => (isOne(ratio) ? "one" : formatRatio(ratio));

/** "EnrichVenues.java:17". */
export const placeOf = ({ class: name, file, line }: Line): string => `${file ?? simpleName(name)}:${line}`;

/** "14:01:12", UTC. */
export const clock = (time: number): string => new Date(time).toISOString().slice(11, 19);
