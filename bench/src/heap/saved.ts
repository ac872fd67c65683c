import { rm, stat } from "node:fs/promises";
import { formatBytes } from "@heaptide/base";
import { measureInTurns } from "./measure.ts";
import { atMost, figures, heap, type Part, plainly } from "./part.ts";

/** Seconds to reopen an index with its report, and for a query on it. */
const GOALS = { reopen: { small: 0.16, large: 0.3, tangled: 0.3, huge: 0.3, cut: 0.16 }, query: 1 } as const;
const RUNS = 5;

/** An index that was saved: what it takes, the report from it, and what every object of a class retains. */
export const saved: Part = async (subject) => {
  const { dump, spec } = subject;
  const kept = `${dump.file}.heaptide`;
  const saving = await measureInTurns(subject, [["heap --save", heap(dump.file, "--save", "--json")]], 1);
  const { size } = await stat(kept);
  const query = `select address(m), retained(m) from ${spec.program === "Mix" ? "java.util.TreeMap" : "Tangle*Knot"} m`;
  const measures = await measureInTurns(
    subject,
    [
      ["heap, saved", heap(dump.file, "--json")],
      ["heap query, saved", heap("query", dump.file, query, "--json")],
    ],
    RUNS,
  );
  await rm(kept);
  const seconds = (what: string, tool: string, goal: number) =>
    atMost(subject, what, measures.time(tool) / 1000, goal, `${(measures.time(tool) / 1000).toFixed(2)} s`, " s");
  return [
    ...figures(subject, saving),
    ...figures(subject, measures),
    plainly(subject, "saved index", `${formatBytes(size)}, ${(size / dump.objects).toFixed(1)} bytes an object`),
    ...seconds("saved index, reopened with its report", "heap, saved", GOALS.reopen[spec.name]),
    ...seconds("saved index, retained size of every object of a class", "heap query, saved", GOALS.query),
  ];
};
