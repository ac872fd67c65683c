import { type ClassHistogram, classHistogram } from "@heaptide/jvm/histogram";
import { setTimeout as delay } from "node:timers/promises";
import { HeaptideError } from "@heaptide/base";
import { defineCommand } from "../command.ts";
import { formatHistogram } from "../format/histogram.ts";
import { count, duration, flag, pidArgument } from "../options.ts";

/** One class. The two differences are there from the second histogram of a run on: since the first one. */
export interface HistogramRow {
  readonly name: string;
  readonly instances: number;
  readonly bytes: number;
  readonly instancesGrown?: number;
  readonly bytesGrown?: number;
}

export interface HistogramResult {
  readonly type: "histogram";
  readonly pid: number;
  readonly kind: "live" | "all";
  readonly total: { readonly classes: number; readonly instances: number; readonly bytes: number };
  readonly histograms: readonly {
    /** Milliseconds since the epoch. */
    readonly at: number;
    /** How long the process stood still for it, milliseconds, and how that is known. */
    readonly pause: number;
    readonly pauseFrom: ClassHistogram["pauseFrom"];
  }[];
  /** Of the last histogram: most bytes first, or, where there are several, what has grown most first. */
  readonly classes: readonly HistogramRow[];
}

export const command = defineCommand({
  description:
    "Counts the objects of each class in a running JVM. --live, the default, makes it collect its whole heap first and counts what is left; --all " +
    "counts what lies there, dead objects too. Both stop the process for the time printed below the table: about 0.2 s for each 100 MB. " +
    "With --every and --count it is taken several times and shows what grew between the first and the last.",
  options: {
    pid: pidArgument(),
    all: flag("count dead objects too: no collection first"),
    live: flag("collect first, count what is alive (default)"),
    top: count("n", "classes to print", 20),
    every: duration("time from one histogram to the next"),
    count: count("n", "histograms to take; 2 where --every is given"),
  },
  examples: [
    { line: "heaptide histogram 4711", says: "what is alive" },
    { line: "heaptide histogram 4711 --every 30s --count 3", says: "what grows, in a minute" },
    { line: "heaptide histogram 4711 --all --top 5 --json", says: "without a collection, for scripts" },
  ],
  async run({ signal, progress }, { pid, all, live, top, every, count: times }): Promise<HistogramResult> {
    if (all && live)
      throw new HeaptideError("INVALID_OPTION", {
        option: "--live",
        value: "with --all",
        expected: "one of the two",
        source: "the command line",
      });
    const kind = all ? "all" : "live";
    const total = times ?? (every === undefined ? 1 : 2);
    const taken: ClassHistogram[] = [];
    while (taken.length < total) {
      if (taken.length > 0) await delay(every ?? 0, undefined, { signal });
      progress.update(total > 1 ? `Histogram ${taken.length + 1} of ${total} of process ${pid}` : `Asking process ${pid}`);
      taken.push(await classHistogram(pid, kind, { signal }));
    }
    return { type: "histogram", pid, kind, ...summary(taken, top) };
  },
  format: formatHistogram,
});

/** @param taken at least one, in order of time */
export function summary(taken: readonly ClassHistogram[], top: number): Pick<HistogramResult, "total" | "histograms" | "classes"> {
  const [first, last] = [taken[0]!, taken.at(-1)!];
  const rows = taken.length === 1 ? rowsOf(last) : differences(first, last);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    total: { classes: last.classes.names.length, instances: sum(last.classes.instances), bytes: sum(last.classes.bytes) },
    histograms: taken.map(({ at, pause, pauseFrom }) => ({ at, pause, pauseFrom })),
    classes: rows.slice(0, top),
  };
}

function rowsOf({ classes }: ClassHistogram): HistogramRow[] {
  return classes.names.map((name, i) => ({ name, instances: classes.instances[i]!, bytes: classes.bytes[i]! }));
}

/** A class that one of the two does not list had no instances then. */
function differences(first: ClassHistogram, last: ClassHistogram): HistogramRow[] {
  const before = new Map(rowsOf(first).map((row) => [row.name, row]));
  const rows = rowsOf(last).map((row) => {
    const earlier = before.get(row.name);
    before.delete(row.name);
    return { ...row, instancesGrown: row.instances - (earlier?.instances ?? 0), bytesGrown: row.bytes - (earlier?.bytes ?? 0) };
  });
  const gone = [...before.values()].map((row) => ({
    name: row.name,
    instances: 0,
    bytes: 0,
    instancesGrown: -row.instances,
    bytesGrown: -row.bytes,
  }));
  return [...rows, ...gone].sort((a, b) => b.bytesGrown - a.bytesGrown || b.instancesGrown - a.instancesGrown);
}
