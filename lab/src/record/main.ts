/**
 * `npm run lab:record -- [scenario ...] [--load low|high] [--seed N] [--out folder] [--skip-recorded]`: records scenarios on real Flink, one after the
 * other; all of them if none is named. A run takes as long as the scenario says, 2 to 6 minutes.
 */
import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatBytes, isHeaptideError } from "@heaptide/base";
import { runName } from "../run.ts";
import { LOADS, type Scenario } from "../scenario.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { type Recorded, record } from "./record.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    load: { type: "string", default: "low" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: fileURLToPath(new URL("../../sessions", import.meta.url)) },
    "skip-recorded": { type: "boolean", default: false },
  },
});

const load = LOADS.find((known) => known === values.load) ?? misused(`There is no load ${values.load}: ${LOADS.join(", ")}.`);
const seed = /^\d+$/.test(values.seed) ? Number(values.seed) : misused(`A seed is a whole number, not ${values.seed}.`);
const chosen = positionals.length === 0 ? SCENARIOS : positionals.map(scenarioNamed);

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());

await mkdir(values.out, { recursive: true });
for (const scenario of chosen) {
  if (stopping.signal.aborted) break;
  if (values["skip-recorded"] && existsSync(join(values.out, `${runName({ scenario: scenario.name, load, seed })}.heaptide`))) continue;
  await recordOne(scenario);
}

/** One that fails does not keep the others from being recorded. */
async function recordOne(scenario: Scenario): Promise<void> {
  try {
    const recorded = await record(scenario, { load, seed, out: values.out, signal: stopping.signal, progress });
    progress("");
    process.stdout.write(`${await summary(recorded)}\n`);
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.exitCode = 1;
    const said = isHeaptideError(error) ? `${error.message}\n  next: ${error.next}` : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${scenario.name}: ${said}\n`);
  }
}

async function summary({ run, file, diagnosis }: Recorded): Promise<string> {
  const size = formatBytes((await stat(file)).size);
  const found = diagnosis.findings.map(
    ({ verdict, resource, rootClass, law, line }) =>
      `  ${verdict} ${resource} ${rootClass ?? "-"} ${law?.operator ?? law?.kind ?? "-"} ${line ? `${line.class}.${line.method}:${line.line}` : "-"}`,
  );
  return [`${runName(run)}: ${diagnosis.verdict}, ${size}${run.died === null ? "" : `, died ${run.died}`}`, ...found].join("\n");
}

/** A moving line, where somebody looks. */
function progress(said: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${said}`);
}

function scenarioNamed(name: string): Scenario {
  const known = SCENARIOS.find((scenario) => scenario.name === name);
  return known ?? misused(`There is no scenario ${name}.\n  known: ${SCENARIOS.map((scenario) => scenario.name).join(", ")}`);
}

function misused(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}
