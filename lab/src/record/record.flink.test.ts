import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readSession } from "@heaptide/store";
import { Run } from "../run.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { judgeRun } from "../score/judge.ts";
import { replay } from "../score/replay.ts";
import { recordedRuns } from "../score/sessions.ts";
import { chosenFor } from "./chosen.ts";
import { record } from "./record.ts";

/** So long a run may take of what continuous integration has. Longer ones are recorded by hand. */
const LONGEST = 155;
const SESSIONS = fileURLToPath(new URL("../../sessions", import.meta.url));

const commit = process.env["GITHUB_SHA"] ?? execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
const kept = await recordedRuns(SESSIONS, []);
const scenario = chosenFor(
  commit,
  SCENARIOS.filter(({ name, seconds }) => seconds <= LONGEST && kept.some((run) => run.scenario.name === name)),
);

let out: string;
beforeEach(async () => (out = await mkdtemp(join(tmpdir(), "heaptide-lab-test-"))));
afterEach(() => rm(out, { recursive: true, force: true }));

/** What is said falsely of the recordings that are kept: `npm run lab` shows it, and holds up no commit that has not brought it. */
async function knownFalseAlarms(): Promise<readonly string[]> {
  const said: string[] = [];
  for (const run of kept.filter((one) => one.scenario.name === scenario.name)) {
    const moments = replay(await readSession(run.session), { sight: "everything", every: 20_000 });
    said.push(...(await judgeRun(run, moments)).falseAlarms);
  }
  return said;
}

it(
  `records ${scenario.name} anew, replays what was said live, and says nothing false that is not known`,
  { timeout: 290_000 },
  async () => {
    const recorded = await record(scenario, { load: "low", seed: 2, out, signal: new AbortController().signal, progress: () => undefined });

    expect(Run.parse(recorded.run).steps).toHaveLength(scenario.steps.length);
    const moments = replay(await readSession(recorded.file), { sight: "everything", every: 20_000 });
    expect(moments.at(-1)!.diagnosis.verdict).toBe(recorded.diagnosis.verdict);
    expect(moments.at(-1)!.diagnosis.findings.map(({ resource }) => resource)).toEqual(
      recorded.diagnosis.findings.map(({ resource }) => resource),
    );
    const judged = await judgeRun({ run: recorded.run, name: scenario.name, scenario, session: recorded.file }, moments);
    if (judged.falseAlarms.length > 0) expect(await knownFalseAlarms(), judged.falseAlarms.join("\n")).not.toEqual([]);
  },
);
