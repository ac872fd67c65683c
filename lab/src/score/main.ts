/**
 * `npm run lab [-- scenario or run ...] [--sessions folder] [--full-sight] [--json]`: replays the recorded sessions, without Flink, and scores what is concluded
 * from them against the truth, and against the rules of others. Exit code 1 if something that must hold does not, 2 if there is nothing to score.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isHeaptideError } from "@heaptide/base";
import { scoreAll } from "./crew.ts";
import { linesOf } from "./score.ts";
import { type RecordedRun, recordedRuns } from "./sessions.ts";
import { formatMistakes, formatScore } from "./table.ts";

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
  const scored = await scoreAll(runs, {
    isFullSightOnly: values["full-sight"],
    onScored: (done) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${done} of ${runs.length} runs`),
  });
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const lines = linesOf(scored);
  process.stdout.write(values.json ? `${JSON.stringify({ lines, runs: scored }, undefined, 2)}\n` : formatScore(scored, lines));
  if (!values.json) process.stdout.write(`\n${formatMistakes(scored)}`);
  return lines.some(({ held }) => held === false) ? 1 : 0;
}
