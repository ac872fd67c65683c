import { type Bytes, formatDuration, HeaptideError, type Millis, parseBytes, parseDuration } from "@heaptide/base";

/** One argument or option: how it reads on the command line and how its text becomes a value; of `arguments` each text becomes a list of one. */
export interface OptionSpec<Value> {
  readonly kind: "flag" | "option" | "argument" | "arguments";
  /** How help calls the value: "N", "URL". Empty for a flag. */
  readonly placeholder: string;
  readonly says: string;
  /** Where the option is not given. An argument without one is required. */
  readonly initial: Value;
  readonly required: boolean;
  /** How help shows `initial`; without it help says nothing of a default. */
  readonly preset?: string;
  /** @returns `undefined` where the text is not what `expected` names. */
  readonly parse: (text: string) => Value | undefined;
  readonly expected: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

/** `--live` */
export function flag(says: string): OptionSpec<boolean> {
  return { kind: "flag", placeholder: "", says, initial: false, required: false, parse: truth, expected: "true or false" };
}

/** `--flink <url>` */
export function text(placeholder: string, says: string): OptionSpec<string | undefined>;
export function text(placeholder: string, says: string, initial: string): OptionSpec<string>;
export function text(placeholder: string, says: string, initial?: string): OptionSpec<string | undefined> {
  return option(placeholder, says, initial, (value) => (value === "" ? undefined : value), "some text");
}

/** `--public-url <url>`, by HTTP or HTTPS. */
export function address(says: string): OptionSpec<string | undefined> {
  const parse = (value: string) => (isHttpAddress(value) ? value : undefined);
  return option("url", says, undefined, parse, "an address such as https://heaptide.example.org");
}

export const isHttpAddress = (value: string): boolean => /^https?:\/\//.test(value) && URL.canParse(value);

/** `--top <n>`: a whole number, 1 or more unless `least` says otherwise. */
export function count(placeholder: string, says: string): OptionSpec<number | undefined>;
export function count(placeholder: string, says: string, initial: number, least?: number): OptionSpec<number>;
export function count(placeholder: string, says: string, initial?: number, least = 1): OptionSpec<number | undefined> {
  return option(placeholder, says, initial, (value) => wholeNumber(value, least), `a whole number of ${least} or more`);
}

/** `--every <30s>`, in milliseconds. */
export function duration(says: string): OptionSpec<Millis | undefined>;
export function duration(says: string, initial: Millis): OptionSpec<Millis>;
export function duration(says: string, initial?: Millis): OptionSpec<Millis | undefined> {
  const spec = option("duration", says, initial, parseDuration, "a duration such as 90s, 5m or 2h");
  return initial === undefined ? spec : { ...spec, preset: formatDuration(initial) };
}

/** `--memory <1g>`, in bytes. */
function bytes(says: string): OptionSpec<Bytes | undefined> {
  return option("size", says, undefined, parseBytes, "a size such as 512m or 1g");
}

/** `--memory <1g>` of what analyses a heap dump. */
export const memoryOption = bytes("the process may take this much; where that is little, arrays wait on disk, which takes longer");

/** `--chart <ascii|none>` */
export function choice<const Value extends string>(values: readonly Value[], says: string, initial: Value): OptionSpec<Value> {
  return option(values.join("|"), says, initial, (value) => values.find((v) => v === value), `one of ${values.join(", ")}`);
}

/** `<pid>`, a positional argument that must be there. */
export function pidArgument(says = "process id, as `heaptide ps` shows it"): OptionSpec<number> {
  const parse = (value: string) => wholeNumber(value, 1);
  return { kind: "argument", placeholder: "pid", says, initial: 0, required: true, parse, expected: "a process id" };
}

/** `<file>`, a positional argument that must be there. */
export function fileArgument(says: string): OptionSpec<string> {
  const parse = (value: string) => (value === "" ? undefined : value);
  return { kind: "argument", placeholder: "file", says, initial: "", required: true, parse, expected: "the path of a file" };
}

/** `<title>`, a positional argument of any text; it must be there. */
export function textArgument(placeholder: string, says: string): OptionSpec<string> {
  return { ...fileArgument(says), placeholder, expected: "some text" };
}

/** `[channel]`, the same where it may be left out. */
export function optionalText(placeholder: string, says: string): OptionSpec<string | undefined> {
  return { ...textArgument(placeholder, says), initial: undefined, required: false };
}

/** `--attribute k=v,k2=v2`: pairs, as an object. */
export function pairs(placeholder: string, says: string): OptionSpec<Readonly<Record<string, string>>> {
  const parse = (value: string) => {
    const found = value.split(",").map((pair) => /^\s*([\w./-]+)=(.*)$/s.exec(pair));
    return found.includes(null) ? undefined : Object.fromEntries(found.map((pair) => [pair![1]!, pair![2]!]));
  };
  return { kind: "option", placeholder, says, initial: {}, required: false, parse, expected: "pairs such as team=data,env=prod" };
}

/** `<files...>`, all positional arguments that are left: one or more. */
export function fileArguments(says: string): OptionSpec<readonly string[]> {
  const parse = (value: string) => (value === "" ? undefined : [value]);
  return { kind: "arguments", placeholder: "files", says, initial: [], required: true, parse, expected: "the path of a file" };
}

/** `<name>`, a positional argument that must be there. */
export function nameArgument(placeholder: string, says: string): OptionSpec<string> {
  const parse = (value: string) => (/^[\w.@ -]{1,60}$/.test(value) ? value : undefined);
  return { kind: "argument", placeholder, says, initial: "", required: true, parse, expected: "letters, digits, dots, dashes" };
}

/** `[file]`, a positional argument that may be left out. */
export function optionalFile(says: string): OptionSpec<string | undefined> {
  return { ...fileArgument(says), initial: undefined, required: false };
}

/** The value of an option's text. @throws HeaptideError INVALID_OPTION. `source` says where the text came from. */
export function parseOption<Value>(name: string, spec: OptionSpec<Value>, value: string, source: string): Value {
  const parsed = spec.parse(value);
  if (parsed === undefined) throw new HeaptideError("INVALID_OPTION", { option: name, value, expected: spec.expected, source });
  return parsed;
}

function option<Value>(
  placeholder: string,
  says: string,
  initial: Value,
  parse: (text: string) => Value | undefined,
  expected: string,
): OptionSpec<Value> {
  const preset = typeof initial === "string" || typeof initial === "number" ? { preset: String(initial) } : {};
  return { kind: "option", placeholder, says, initial, required: false, parse, expected, ...preset };
}

/** On the command line a flag is there or not; in a file or a variable it says which. */
function truth(value: string): boolean | undefined {
  return value === "true" ? true : value === "false" ? false : undefined;
}

function wholeNumber(value: string, least: number): number | undefined {
  return /^\d{1,15}$/.test(value) && Number(value) >= least ? Number(value) : undefined;
}
