/**
 * `npm run lab [-- scenario or run ...] [--sessions folder] [--full-sight] [--json]`: replays the recorded sessions, without Flink, and scores what is concluded
 * from them against the truth, and against the rules of others. Exit code 1 if something that must hold does not, 2 if there is nothing to score.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isHeaptideError } from "@heaptide/base";
import { readSession } from "@heaptide/store";
import { forecastsOf } from "./exhaustion.ts";
import { judgeRun, type RunScore } from "./judge.ts";
import { replay } from "./replay.ts";
import { RulesListener } from "./rules.ts";
import { linesOf, type Scored } from "./score.ts";
import { type RecordedRun, recordedRuns } from "./sessions.ts";
import { type Sight, SIGHTS } from "./sight.ts";
import { formatMistakes, formatScore } from "./table.ts";

const EVERY = 10_000;
/** With less sight the end counts, and that nothing false was said on the way. */
const EVERY_DEGRADED = 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: "string", default: fileURLToPath(new URL("../../sessions", import.meta.url)) },
    "full-sight": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

try {
  process.exitCode = await score(await recordedRuns(values.sessions, positionals));
} catch (error) {
  if (!isHeaptideError(error)) throw error;
  process.stderr.write(`${error.message}\n  next: ${error.next}\n`);
  process.exitCode = 2;
}

async function score(runs: readonly RecordedRun[]): Promise<number> {
  const scored: Scored[] = [];
  for (const [i, run] of runs.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${i + 1} of ${runs.length} · ${run.name}`);
    scored.push(await scoreRun(run));
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const lines = linesOf(scored);
  process.stdout.write(values.json ? `${JSON.stringify({ lines, runs: scored }, undefined, 2)}\n` : formatScore(scored, lines));
  if (!values.json) process.stdout.write(`\n${formatMistakes(scored)}`);
  return lines.some(({ held }) => held === false) ? 1 : 0;
}

async function scoreRun(recorded: RecordedRun): Promise<Scored> {
  const session = await readSession(recorded.session);
  const rules = new RulesListener();
  const moments = replay(session, { sight: "everything", every: EVERY, look: (history) => rules.hear(history) });
  const degraded: Partial<Record<Sight, RunScore>> = {};
  for (const sight of values["full-sight"] ? [] : SIGHTS.slice(1)) {
    degraded[sight] = await judgeRun(recorded, replay(session, { sight, every: EVERY_DEGRADED }));
  }
  return { full: await judgeRun(recorded, moments), rules: rules.scores(recorded), forecasts: forecastsOf(recorded, moments), degraded };
}
