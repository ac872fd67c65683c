import { join } from "node:path";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { type BenchmarkContext, median, type Report } from "./report.ts";
import { HEAPTIDE, milliseconds, timeOf } from "./whole-process.ts";

const PAIRS = 15;
const OBJECTS = 100_000;
const OBJECT_SIZE = 1000;
/** Of jcmd's time, start to end. */
const RATIO_GOAL = 1.5;

/** A live histogram of a JVM with 100 MB that stay: ours and the JDK's `jcmd`, whole processes with their start-up, in turns. */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const jdks = findJdks();
  const jdk = jdks[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const { classes, remove } = compileJava(jdks);
  const java = await startJava({ jdk, classes, main: "Keeper", args: [`${OBJECTS}`, `${OBJECT_SIZE}`], options: ["-Xmx320m"] });
  try {
    const ours = [...HEAPTIDE, "histogram", `${java.pid}`];
    const theirs = [join(jdk.home, "bin/jcmd"), `${java.pid}`, "GC.class_histogram"];
    // One each that does not count: it opens the attach socket, fills the page cache and our compile cache.
    for (const command of [ours, theirs]) await timeOf(command, signal);
    const pairs: { readonly ours: number; readonly theirs: number }[] = [];
    for (let pair = 1; pair <= PAIRS; pair++) {
      pairs.push({ ours: await timeOf(ours, signal), theirs: await timeOf(theirs, signal) });
      progress(`pair ${pair} of ${PAIRS}: ${milliseconds(pairs.at(-1)!.ours)}, jcmd ${milliseconds(pairs.at(-1)!.theirs)}`);
    }
    const ratio = median(pairs.map(({ ours: mine, theirs: jcmd }) => mine / jcmd));
    return {
      title: "Live class histogram",
      conditions: `100 MB live in ${OBJECTS} objects, JDK ${jdk.major}, Node ${process.versions.node}, medians of ${PAIRS} alternating pairs, whole processes`,
      rows: [
        { what: "heaptide histogram", value: milliseconds(median(pairs.map((pair) => pair.ours))), goal: null, held: null },
        { what: "jcmd GC.class_histogram", value: milliseconds(median(pairs.map((pair) => pair.theirs))), goal: null, held: null },
        { what: "ratio of the pairs", value: ratio.toFixed(2), goal: `<= ${RATIO_GOAL}`, held: ratio <= RATIO_GOAL },
      ],
    };
  } finally {
    await java.stop();
    remove();
  }
}
