import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { readCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands/index.ts";
import type { Command, CommandEntry, Context } from "./command.ts";

/** What to print and how to exit. `output` goes to stdout, `complaint` to stderr. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly complaint: string;
}

/** Exit codes that mean the same in all commands; 0, 1 and 3 belong to each command's own result. */
const COULD_NOT_LOOK = 2;
const BUG = 70;

/** Runs one command line from its words to what is printed. Nothing here touches the process: that is `main`. */
export async function run(
  words: readonly string[],
  context: Omit<Context, "json">,
  version: string,
  entries: readonly CommandEntry[] = COMMANDS,
): Promise<Outcome> {
  const json = words.includes("--json");
  try {
    const request = await readCommandLine(words, entries, { version, environment: context.environment });
    switch (request.kind) {
      case "print":
        return { exitCode: 0, output: request.output, complaint: "" };
      case "misuse":
        throw new HeaptideError("INVALID_COMMAND", { problem: request.problem, command: knownName(words[0], entries) });
      case "run":
        return await execute(request.command, request.values, { ...context, json: request.json });
    }
  } catch (error) {
    return failure(error, context.signal, json);
  } finally {
    context.progress.clear();
  }
}

async function execute(command: Command, values: Record<string, unknown>, context: Context): Promise<Outcome> {
  const result = await command.run(context, values);
  context.progress.clear();
  const output = context.json ? JSON.stringify(result, null, 2) : command.format(result, context.terminal);
  return { exitCode: command.exitCode?.(result) ?? 0, output, complaint: "" };
}

function failure(error: unknown, signal: AbortSignal, json: boolean): Outcome {
  if (isHeaptideError(error)) {
    const output = json ? JSON.stringify({ type: "error", ...error.toJSON() }, null, 2) : "";
    return { exitCode: COULD_NOT_LOOK, output, complaint: complaintOf(error) };
  }
  if (signal.aborted) return { exitCode: exitCodeOf(signal), output: "", complaint: "" };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: BUG, output: "", complaint: `heaptide: this is a bug, please report it with these lines:\n${trace}` };
}

/** What failed, with its code; the cause beneath, where there is one; and the next step. */
function complaintOf(error: HeaptideError): string {
  const lines = [`heaptide: ${error.message} [${error.code}]`];
  if (error.cause instanceof Error && !error.message.includes(error.cause.message)) lines.push(`  cause: ${error.cause.message}`);
  lines.push(`  next:  ${error.next}`);
  return lines.join("\n");
}

/** As shells have it: 128 and the number of the signal. */
function exitCodeOf(signal: AbortSignal): number {
  return signal.reason === "SIGTERM" ? 143 : signal.reason === "SIGHUP" ? 129 : 130;
}

function knownName(word: string | undefined, entries: readonly CommandEntry[]): string | null {
  return entries.find((entry) => entry.name === word)?.name ?? null;
}
