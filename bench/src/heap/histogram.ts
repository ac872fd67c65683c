import { atMost, figures, heap, type Part, plainRatio } from "./part.ts";
import { measureInTurns } from "./measure.ts";

/** Of hprof-slurp's time and memory; percent off the JVM's own sum. */
const GOALS = { time: 0.5, memory: 0.5, off: 0.1 } as const;

/** `heaptide heap histogram` beside hprof-slurp, and beside what the JVM counted itself. */
export const histogram: Part = async (subject) => {
  const { dump, peers, spec } = subject;
  const slurp = peers["hprof-slurp"];
  const measures = await measureInTurns(
    subject,
    [
      ["heap histogram", heap("histogram", dump.file, "--json")],
      ["hprof-slurp", slurp ? [slurp, dump.file] : null],
    ],
    spec.runs + 2,
  );
  const { bytes } = JSON.parse(measures.output("heap histogram")) as { readonly bytes: number };
  const off = (100 * Math.abs(bytes - dump.bytes)) / dump.bytes;
  const ratio = (of: "time" | "cpu" | "memory"): number => measures[of]("heap histogram") / measures[of]("hprof-slurp");
  return [
    ...figures(subject, measures),
    ...atMost(subject, "histogram, time of hprof-slurp's", ratio("time"), GOALS.time),
    ...plainRatio(subject, "histogram, CPU of hprof-slurp's", ratio("cpu")),
    ...atMost(subject, "histogram, memory of hprof-slurp's", ratio("memory"), GOALS.memory),
    ...atMost(subject, "histogram, off the JVM's own", off, GOALS.off, `${off.toFixed(4)} %`, " %"),
  ];
};
