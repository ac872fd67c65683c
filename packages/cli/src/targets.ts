import { HeaptideError, millis } from "@heaptide/base";
import { FlinkClient } from "@heaptide/flink";
import { describeJvm } from "@heaptide/jvm";
import { DEFAULT_BUDGET, parseShare, type Target } from "@heaptide/server";
import { count, duration, type OptionSpec, text } from "./options.ts";

/** What commands that watch have in common: what to look at, and what that may cost. */
export const TARGET_OPTIONS = {
  flink: text("URL", "REST address of a Flink cluster's JobManager: all its JVMs are watched"),
  pid: count("N", "a single JVM, as `heaptide ps` shows it"),
};

const share: OptionSpec<number> = {
  kind: "option",
  placeholder: "share",
  says: "share of the time that a process may stand still for being looked at: 1%, or off",
  initial: DEFAULT_BUDGET.share,
  required: false,
  parse: parseShare,
  expected: "a percentage such as 1% or 0.5%, or off",
};

export const BUDGET_OPTIONS = {
  budget: share,
  longestPause: duration("no look is begun that would probably take longer than this", millis(DEFAULT_BUDGET.longest)),
};

/**
 * The targets that the options name, after a first look at each: what cannot be reached now is said now, not after minutes of watching.
 * @throws NO_TARGET; FLINK_UNREACHABLE, NOT_FLINK, NO_SUCH_PROCESS, NOT_A_JVM
 */
export async function targetsOf(wanted: Wanted): Promise<Target[]> {
  const targets = wantedTargets(wanted);
  if (wanted.flink !== undefined) await new FlinkClient(wanted.flink).version();
  if (wanted.pid !== undefined) await describeJvm(wanted.pid);
  return targets;
}

interface Wanted {
  readonly flink: string | undefined;
  readonly pid: number | undefined;
}

/** The targets that the options name, whether they can be reached at present or not. @throws NO_TARGET */
export function wantedTargets({ flink, pid }: Wanted): Target[] {
  if (flink === undefined && pid === undefined) throw new HeaptideError("NO_TARGET", { options: "--flink and --pid" });
  return [
    ...(flink === undefined ? [] : [{ kind: "flink" as const, url: flink }]),
    ...(pid === undefined ? [] : [{ kind: "pid" as const, pid }]),
  ];
}
