import { join } from "node:path";
import { compileJava, findJdks, type RunningJava, startJava } from "@heaptide/testkit";
import { type BenchmarkContext, median, type Report } from "./report.ts";
import { HEAPTIDE, milliseconds, timeOf } from "./whole-process.ts";

const JVMS = 10;
const RUNS = 15;
/** Milliseconds, start to end. */
const GOAL = 150;

/** `heaptide ps` with ten JVMs more than run here anyway, beside the JDK's `jps -lv`, which shows less; whole processes, in turns. */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const jdks = findJdks();
  const jdk = jdks[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const { classes, remove } = compileJava(jdks);
  const started: RunningJava[] = [];
  try {
    while (started.length < JVMS) {
      started.push(await startJava({ jdk, classes, main: "Keeper", options: ["-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"] }));
    }
    const ours = [...HEAPTIDE, "ps"];
    const theirs = [join(jdk.home, "bin/jps"), "-lv"];
    for (const command of [ours, theirs]) await timeOf(command, signal);
    const pairs: { readonly ours: number; readonly theirs: number }[] = [];
    for (let run = 1; run <= RUNS; run++) {
      pairs.push({ ours: await timeOf(ours, signal), theirs: await timeOf(theirs, signal) });
      progress(`run ${run} of ${RUNS}: ${milliseconds(pairs.at(-1)!.ours)}`);
    }
    const time = median(pairs.map((pair) => pair.ours));
    return {
      title: "Listing JVMs",
      conditions: `${JVMS} JVMs, JDK ${jdk.major}, Node ${process.versions.node}, medians of ${RUNS} alternating runs, whole processes`,
      rows: [
        { what: "heaptide ps", value: milliseconds(time), goal: `< ${GOAL} ms`, held: time < GOAL },
        { what: "jps -lv", value: milliseconds(median(pairs.map((pair) => pair.theirs))), goal: null, held: null },
      ],
    };
  } finally {
    await Promise.all(started.map((java) => java.stop()));
    remove();
  }
}
