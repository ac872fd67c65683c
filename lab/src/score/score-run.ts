import { readSession } from "@heaptide/store";
import { forecastsOf } from "./exhaustion.ts";
import { judgeRun, type RunScore } from "./judge.ts";
import { replay } from "./replay.ts";
import { RulesListener } from "./rules.ts";
import type { Scored } from "./score.ts";
import type { RecordedRun } from "./sessions.ts";
import { type Sight, SIGHTS } from "./sight.ts";

const EVERY = 10_000;
/** With less sight the end counts, and that nothing false was said on the way. */
const EVERY_DEGRADED = 60_000;

/** Replays one run, moment by moment, and with less to be seen unless told otherwise. */
export async function scoreRun(recorded: RecordedRun, { isFullSightOnly }: { isFullSightOnly: boolean }): Promise<Scored> {
  const session = await readSession(recorded.session);
  const rules = new RulesListener();
  const moments = replay(session, { sight: "everything", every: EVERY, look: (history) => rules.hear(history) });
  const degraded: Partial<Record<Sight, RunScore>> = {};
  for (const sight of isFullSightOnly ? [] : SIGHTS.slice(1)) {
    degraded[sight] = await judgeRun(recorded, replay(session, { sight, every: EVERY_DEGRADED }));
  }
  return { full: await judgeRun(recorded, moments), rules: rules.scores(recorded), forecasts: forecastsOf(recorded, moments), degraded };
}
