import { measureInTurns } from "./measure.ts";
import { atMost, figures, heap, type Part, plainRatio } from "./part.ts";

/** Of hprof-analyzer's time and memory; bytes for each object. */
const GOALS = { time: 0.2, memory: 0.8, perObject: 25 } as const;

/** `heaptide heap` beside hprof-analyzer, both with all that they report. */
export const analysis: Part = async (subject) => {
  const { dump, peers, spec } = subject;
  // Of the largest one it would take most of an hour.
  const analyzer = spec.name === "huge" ? null : peers["hprof-analyzer"];
  const measures = await measureInTurns(
    subject,
    [
      ["heap", heap(dump.file, "--json")],
      ["hprof-analyzer", analyzer ? [analyzer, dump.file, "--format", "json"] : null],
    ],
    spec.runs,
  );
  const ratio = (of: "time" | "cpu" | "memory"): number => measures[of]("heap") / measures[of]("hprof-analyzer");
  const perObject = measures.memory("heap") / dump.objects;
  return [
    ...figures(subject, measures),
    ...atMost(subject, "analysis, time of hprof-analyzer's", ratio("time"), GOALS.time),
    ...plainRatio(subject, "analysis, CPU of hprof-analyzer's", ratio("cpu")),
    ...atMost(subject, "analysis, memory of hprof-analyzer's", ratio("memory"), GOALS.memory),
    ...atMost(subject, "analysis, bytes an object", perObject, GOALS.perObject, perObject.toFixed(1)),
  ];
};
