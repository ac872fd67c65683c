import type { Environment } from "./environment.ts";
import type { OptionSpecs, OptionValues } from "./options.ts";
import type { Progress, Terminal } from "./terminal.ts";

/** What every command returns: plain data that `--json` prints as it is. `type` says which result it is. */
export interface CommandResult {
  readonly type: string;
}

/** What a command gets besides its arguments: everything of the outside world that is not its subject. */
export interface Context {
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** On stderr: what goes on, while it goes on. */
  readonly progress: Progress;
  /** Aborted by Ctrl-C or SIGTERM: stop, clean up, and return what is known so far or throw. */
  readonly signal: AbortSignal;
  /** The result will be printed as JSON. Commands need this only to keep interactive extras away. */
  readonly json: boolean;
}

/**
 * A command knows neither terminal nor JSON: it returns a result, and whoever called prints it.
 *
 * To add one: a file `commands/<name>.ts` that exports `command`, a line in `commands/index.ts`, and a formatter in `format/<name>.ts`.
 */
export interface Command<Result extends CommandResult = CommandResult, Specs extends OptionSpecs = OptionSpecs> {
  /** What it does, costs and prints, a paragraph or two, for `--help`. */
  readonly description: string;
  /** Positional arguments and options by name; a camelCase key reads `--kebab-case` on the command line. */
  readonly options: Specs;
  /** Lines to paste, each with what it is for. */
  readonly examples: readonly { readonly line: string; readonly says: string }[];
  /** Whether heaptide.yaml and variables such as HEAPTIDE_PORT set its options too: for what runs unattended. */
  readonly configurable?: boolean;
  run(context: Context, options: OptionValues<Specs>): Promise<Result>;
  /** What a person reads on stdout; no newline at the end. An empty string prints nothing. */
  format(result: Result, terminal: Terminal): string;
  /** 0 if absent. 2 means "could not look" and 70 a bug in all commands. */
  exitCode?(result: Result): number;
}

/** Lets TypeScript infer a command's options from their specifications. */
export function defineCommand<Result extends CommandResult, Specs extends OptionSpecs>(
  command: Command<Result, Specs>,
): Command<Result, Specs> {
  return command;
}

/** A line of `commands/index.ts`: enough for `heaptide --help`; the file is loaded only when the command is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}
