import { isDeepStrictEqual } from "node:util";
import { formatBytes } from "@heaptide/base";
import { measureInTurns } from "./measure.ts";
import { atMost, figures, heap, type Part, plainly } from "./part.ts";

const BUDGET = 2 ** 30;

/** The analysis within `--memory 1g`, beside the one without a limit: what it takes, how much slower it is, and whether it says the same. */
export const memory: Part = async (subject) => {
  const { dump, spec } = subject;
  // The tree of the largest one alone takes twice that.
  if (spec.name === "huge") return [];
  const measures = await measureInTurns(
    subject,
    [
      ["heap", heap(dump.file, "--json")],
      ["heap --memory 1g", heap(dump.file, "--memory", "1g", "--json")],
    ],
    1,
  );
  const peak = measures.memory("heap --memory 1g");
  const same = isDeepStrictEqual(
    ...(["heap", "heap --memory 1g"].map((tool) => JSON.parse(measures.output(tool)) as unknown) as [unknown, unknown]),
  );
  return [
    ...figures(subject, measures),
    ...atMost(subject, "analysis within --memory 1g", peak, BUDGET, formatBytes(peak)).map((row) => ({ ...row, goal: "<= 1 GiB" })),
    plainly(subject, "slower within --memory 1g by", (measures.time("heap --memory 1g") / measures.time("heap")).toFixed(2)),
    { ...plainly(subject, "the same report within --memory 1g", same ? "yes" : "no"), goal: "yes", held: same },
  ];
};
