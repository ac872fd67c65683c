import { Command as Program, CommanderError } from "commander";
import type { Command, CommandEntry } from "./command.ts";
import type { Setting } from "./configuration.ts";
import type { Environment } from "./environment.ts";
import { nearest } from "./nearest.ts";
import { type OptionSpecs, parseOption } from "./options.ts";

/** What the words after `heaptide` ask for. `values` are parsed by the command's own specifications. */
export type Request =
  | {
      readonly kind: "run";
      readonly command: Command;
      readonly values: Record<string, unknown>;
      readonly json: boolean;
    }
  /** Help or version, to print on stdout. */
  | { readonly kind: "print"; readonly output: string }
  /** Words that make no sense, with what is wrong about them. */
  | { readonly kind: "misuse"; readonly problem: string };

/**
 * Reads the words of a command line. Only the file of the command that is asked for is loaded: the others cost a line of help each.
 * @throws HeaptideError INVALID_OPTION for a value that does not fit; what `readSettings` throws
 */
export async function readCommandLine(
  words: readonly string[],
  entries: readonly CommandEntry[],
  { version, environment }: { readonly version: string; readonly environment: Environment },
): Promise<Request> {
  const asked = joinName(words[0] === "help" && words[1] !== undefined ? [...words.slice(1), "--help"] : words, entries);
  const entry = entries.find((e) => e.name === asked[0]);
  if (!entry && asked[0] !== undefined && !asked[0].startsWith("-") && asked[0] !== "help")
    return { kind: "misuse", problem: unknownCommand(asked[0], entries) };
  const command = entry && (await entry.load()).command;

  const printed: string[] = [];
  const complaints: string[] = [];
  const program = topLevel(entries, version, printed, complaints);
  let given: Given | undefined;
  if (entry && command) {
    const sub = program.commands.find((c) => c.name() === entry.name)!;
    describe(sub, command);
    sub.action((...positional: unknown[]) => {
      given = { positional, named: sub.opts() };
    });
  }
  try {
    await program.parseAsync([...asked], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) return { kind: "misuse", problem: clause(complaints.join("")) };
  }
  if (!command || !given) return { kind: "print", output: printed.join("").trimEnd() };
  const settings = await settingsOf(command, given, environment);
  return { kind: "run", command, values: valuesOf(command.options, given, settings), json: given.named["json"] === true };
}

/** A command of two words, such as `heap diff`, is one name from here on. */
function joinName(words: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const [first, second, ...others] = words;
  return entries.some(({ name }) => name === `${first} ${second}`) ? [`${first} ${second}`, ...others] : words;
}

/** What commander found, unparsed. */
interface Given {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

/** The file and its library are loaded only for commands that run unattended. */
async function settingsOf(command: Command, { named }: Given, environment: Environment): Promise<ReadonlyMap<string, Setting>> {
  if (!command.configurable) return new Map();
  const { readSettings } = await import("./configuration.ts");
  const names = Object.entries(command.options).flatMap(([name, spec]) => (isPositional(spec) ? [] : [kebab(name)]));
  const file = named["config"];
  return readSettings(environment, names, typeof file === "string" ? file : undefined);
}

function topLevel(entries: readonly CommandEntry[], version: string, printed: string[], complaints: string[]): Program {
  const program = new Program("heaptide")
    .description(
      "Finds memory leaks in Apache Flink and any JVM while they happen: what grows, since when, the line, and whether a fix worked.",
    )
    .version(version)
    .usage("<command> [options]")
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => complaints.push(text) })
    .helpCommand("help [command]", "the options and examples of a command")
    .action(() => program.outputHelp());
  // The name is set by itself: in the words given to `command`, a second one would be an argument.
  for (const { name, summary } of entries) program.command("command").name(name).summary(summary).copyInheritedSettings(program);
  return program;
}

function describe(sub: Program, command: Command): void {
  sub.description(command.description);
  for (const [name, spec] of Object.entries(command.options)) {
    const preset = spec.preset === undefined ? "" : ` (default ${spec.preset})`;
    const long = `--${kebab(name)}`;
    const placeholder = spec.kind === "arguments" ? `${spec.placeholder}...` : spec.placeholder;
    if (isPositional(spec)) sub.argument(spec.required ? `<${placeholder}>` : `[${placeholder}]`, spec.says);
    else sub.option(spec.kind === "flag" ? long : `${long} <${spec.placeholder}>`, spec.says + preset);
  }
  if (command.configurable)
    sub.option("--config <file>", "instead of heaptide.yaml in this folder, which sets the same options, as HEAPTIDE_... does");
  sub.option("--json", "print the result as one JSON document");
  const examples = command.examples.map((e) => `  ${e.line}\n      ${e.says}`);
  if (examples.length > 0) sub.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
}

function valuesOf(specs: OptionSpecs, { positional, named }: Given, settings: ReadonlyMap<string, Setting>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let next = 0;
  for (const [name, spec] of Object.entries(specs)) {
    const given = isPositional(spec) ? positional[next++] : named[name];
    const label = isPositional(spec) ? `<${spec.placeholder}>` : `--${kebab(name)}`;
    if (Array.isArray(given)) {
      values[name] = given.flatMap((text: string) => parseOption(label, spec, text, "the command line"));
      continue;
    }
    const setting = typeof given === "string" ? { text: given, source: "the command line" } : settings.get(kebab(name));
    // commander gives `true` for a flag, and nothing for what is absent.
    values[name] = given === true || !setting ? (given ?? spec.initial) : parseOption(label, spec, setting.text, setting.source);
  }
  return values;
}

function isPositional({ kind }: OptionSpecs[string]): boolean {
  return kind === "argument" || kind === "arguments";
}

/** commander's complaint without its frame: "error: unknown option '--x'." -> "unknown option '--x'" */
function clause(complaint: string): string {
  return complaint
    .trim()
    .replace(/^error: /, "")
    .replace(/\.$/, "");
}

function unknownCommand(word: string, entries: readonly CommandEntry[]): string {
  const meant = nearest(
    word,
    entries.map((entry) => entry.name),
  );
  return `there is no command ${JSON.stringify(word)}${meant ? `, perhaps "${meant}" was meant` : ""}`;
}

/** `untilDeath` -> `until-death` */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
