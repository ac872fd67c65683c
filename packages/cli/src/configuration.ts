import { readFile } from "node:fs/promises";
import path from "node:path";
import { HeaptideError } from "@heaptide/base";
import { parseDocument } from "yaml";
import type { Environment } from "./environment.ts";
import { nearest } from "./nearest.ts";

/** A value as it was written, and where: a wrong one is an error that says so. */
export interface Setting {
  readonly text: string;
  readonly source: string;
}

const FILE = "heaptide.yaml";
/** Variables of that kind that are no settings of a command. */
const OTHER_VARIABLES = new Set(["HEAPTIDE_CACHE", "HEAPTIDE_SERVER", "HEAPTIDE_TOKEN"]);

/**
 * What heaptide.yaml and the environment say of a command's options, by the option's name: `until-death` of the command line is the key
 * `until-death` in the file and the variable `HEAPTIDE_UNTIL_DEATH`. A variable goes before the file; the command line goes before both.
 *
 * @param names of the options, kebab-case
 * @param file instead of heaptide.yaml in the working folder, which nobody has to have
 * @throws HeaptideError UNKNOWN_SETTING for a name that is no option, CONFIGURATION_UNREADABLE
 */
export async function readSettings(
  environment: Environment,
  names: readonly string[],
  file?: string,
): Promise<ReadonlyMap<string, Setting>> {
  return new Map([...(await readYaml(environment, names, file)), ...readVariables(environment, names)]);
}

function readVariables(environment: Environment, names: readonly string[]): [string, Setting][] {
  const byVariable = new Map(names.map((name) => [`HEAPTIDE_${name.toUpperCase().replaceAll("-", "_")}`, name]));
  return Object.entries(environment.settings)
    .filter(([variable]) => !OTHER_VARIABLES.has(variable))
    .map(([variable, text]) => {
      const name = byVariable.get(variable);
      if (name === undefined) throw unknown(variable, [...byVariable.keys()], "the environment");
      return [name, { text, source: `the environment variable ${variable}` }];
    });
}

async function readYaml(environment: Environment, names: readonly string[], named: string | undefined): Promise<[string, Setting][]> {
  const file = path.resolve(environment.workingFolder, named ?? FILE);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && named === undefined) return "";
    throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: error.message }, { cause: error });
  });
  return Object.entries(mappingIn(text, file)).map(([name, value]) => {
    if (!names.includes(name)) throw unknown(name, names, file);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: `${name} holds no single value` });
    }
    return [name, { text: String(value), source: file }];
  });
}

function mappingIn(text: string, file: string): Record<string, unknown> {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem) {
    throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: problem.message.split("\n")[0]! }, { cause: problem });
  }
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: "it holds no `key: value` lines" });
  }
  return content as Record<string, unknown>;
}

function unknown(setting: string, known: readonly string[], source: string): HeaptideError {
  return new HeaptideError("UNKNOWN_SETTING", { setting, source, nearest: nearest(setting, known) ?? null, known: known.join(", ") });
}
