import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeaptideError } from "@heaptide/base";
import { Run, runName } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { SCENARIOS } from "../scenarios/index.ts";

/** A recorded run with the scenario that it played. */
export interface RecordedRun {
  readonly run: Run;
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the session. */
  readonly session: string;
}

/** All recorded runs of a folder, by name. Those whose scenario is no more are left out. @throws NOT_A_SESSION for a folder without any */
export async function recordedRuns(folder: string, named: readonly string[]): Promise<RecordedRun[]> {
  const files = await readdir(folder).catch(() => []);
  const found: RecordedRun[] = [];
  for (const file of files.filter((name) => name.endsWith(".json")).sort()) {
    const run = Run.parse(JSON.parse(await readFile(join(folder, file), "utf8")));
    const scenario = SCENARIOS.find(({ name }) => name === run.scenario);
    const name = runName(run);
    const isWanted = named.length === 0 || named.includes(run.scenario) || named.includes(name);
    if (scenario && isWanted) found.push({ run, name, scenario, session: join(folder, `${name}.heaptide`) });
  }
  if (found.length === 0) throw new HeaptideError("NOT_A_SESSION", { path: folder, cause: "no recorded run of such a name is in it" });
  return found;
}
