import { HeaptideError, seconds } from "@heaptide/base";
import { diagnose } from "@heaptide/diagnosis";
import type { Diagnosis, Verdict } from "@heaptide/model";
import { ObservedHistory, readSession, type Store } from "@heaptide/store";
import { type Context, defineCommand } from "../command.ts";
import { formatDiagnosis } from "../format/diagnose.ts";
import { duration, flag, text } from "../options.ts";
import { BUDGET_OPTIONS, type NamedTargets, TARGET_OPTIONS, targetsOf } from "../targets.ts";
import { watchInPlace } from "../watch-in-place.ts";

/** The diagnosis as the model has it. */
export interface DiagnoseResult extends Diagnosis {
  readonly type: "diagnosis";
  /** Whether a person wants the numbers too; as JSON they are always there. */
  readonly why: boolean;
}

const EXIT: Readonly<Record<Verdict, number>> = { healthy: 0, growing: 1, leaking: 1, unknown: 3, "warming-up": 3 };

const options = {
  ...TARGET_OPTIONS,
  session: text("file", "a session recorded by `heaptide record`, instead of watching"),
  partial: flag("accept a session that was cut off"),
  for: duration("how long to watch", seconds(300)),
  every: duration("shortest time between two live class histograms", seconds(5)),
  ...BUDGET_OPTIONS,
  why: flag("say why: every test that was passed or failed with its numbers, and what would change the verdict"),
};

export const command = defineCommand({
  description: `Watches JVMs, or a whole Flink cluster, from outside and says what leaks: class, what holds it, line, operator, job, and since which change.
Nothing is installed in them; what looking costs is kept to the budget and printed. It ends before its time when a leak is certain and nothing about it is missing.
Exit code: 0 healthy, 1 something grows or leaks, 2 could not look, 3 not known (yet).`,
  options,
  examples: [
    { line: "heaptide diagnose --flink http://127.0.0.1:8081", says: "watch a cluster for up to 5 minutes" },
    { line: "heaptide diagnose --pid 4242 --for 10m --json", says: "a leak gate for CI: exit code 1 if it leaks" },
    { line: "heaptide diagnose --session session.heaptide --why", says: "replay what was recorded, with all the numbers" },
  ],
  async run(context, { session, partial, why, ...watch }): Promise<DiagnoseResult> {
    const diagnosis = session === undefined ? await diagnoseLive(context, watch) : await diagnoseSession(session, partial);
    return { type: "diagnosis", why, ...diagnosis };
  },
  format: (result, terminal) => formatDiagnosis(result, terminal, { why: result.why }),
  exitCode: ({ verdict }) => EXIT[verdict],
});

interface LiveOptions extends NamedTargets {
  readonly for: number;
  readonly every: number;
  readonly budget: number;
  readonly longestPause: number;
}

async function diagnoseLive(
  { progress, signal }: Context,
  { for: time, every, budget: share, longestPause, ...named }: LiveOptions,
): Promise<Diagnosis> {
  const targets = await targetsOf(named);
  const { diagnosis, store } = await watchInPlace({
    targets,
    budget: { share, longest: longestPause },
    time,
    every,
    progress,
    signal,
    isEnough,
  });
  try {
    if (diagnosis.processes.length === 0) throw await blindness(store);
    return diagnosis;
  } finally {
    await store.close();
  }
}

/** A certain leak, of which everything is known that can be. */
const isEnough = ({ verdict, finding }: Diagnosis): boolean => verdict === "leaking" && finding?.missing.length === 0;

/** Why no process was seen at all. */
async function blindness(store: Store): Promise<HeaptideError> {
  const blind = (await store.probeStates()).find(({ code }) => code !== null);
  return new HeaptideError("NOTHING_SEEN", { cause: blind?.cause ?? "no process was found in the time given" });
}

async function diagnoseSession(file: string, partial: boolean): Promise<Diagnosis> {
  const { batches } = await readSession(file, { partial });
  const observed = new ObservedHistory();
  for (const { observations } of batches) observed.append(observations);
  return diagnose(observed.history(), { reasons: true });
}
