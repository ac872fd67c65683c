import { readFile } from "node:fs/promises";
import path from "node:path";
import { HeaptideError, type Millis, parseDuration } from "@heaptide/base";
import { parseDocument } from "yaml";
import { z } from "zod";
import type { Environment } from "./environment.ts";
import { nearest } from "./nearest.ts";

const duration = z
  .string("a duration such as 90s, 5m or 2h is expected")
  .transform((text) => parseDuration(text))
  .refine((value): value is Millis => value !== undefined, "a duration such as 90s, 5m or 2h is expected");
const several = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((one) => one.trim()) : Array.isArray(value) ? value : [value]),
    z.array(item),
  );
const number = (least: number, most: number, what: string) => z.coerce.number(what).min(least, what).max(most, what);

/** Everything that can be set for `heaptide serve`; README.md of this package lists it. A key's dots are levels in heaptide.yaml. */
const SETTINGS = {
  /** REST addresses of Flink clusters. */
  flink: several(z.url({ protocol: /^https?$/, error: "an address such as http://localhost:8081 is expected" })).default([]),
  /** JVMs of this host that belong to no cluster. */
  pid: several(number(1, 2 ** 22, "a process id is expected")).default([]),
  /** Folder of the database. */
  data: z.string("the path of a folder is expected").min(1, "the path of a folder is expected").optional(),
  host: z.string("a host name or address is expected").default("127.0.0.1"),
  port: number(0, 65_535, "a port from 0 to 65535 is expected").default(7070),
  /** Observations older than this are dropped. */
  keep: duration.optional(),
  /** Shortest time between two live histograms of a process: each is a full collection. */
  "histogram.every": duration.optional(),
  /** Share of each minute that a process may stand still for being looked at; 0 takes none. */
  "budget.share": number(0, 1, "a share from 0 to 1 is expected").default(0.01),
  /** Longest single pause that may be caused. */
  "budget.longest": duration.optional(),
} as const;

type Key = keyof typeof SETTINGS;
export type Configuration = { readonly [K in Key]: z.infer<(typeof SETTINGS)[K]> };

const KEYS = Object.keys(SETTINGS) as Key[];
const FILE = "heaptide.yaml";
/** Variables of that kind that are no settings of the server. */
const OTHER_VARIABLES = new Set(["HEAPTIDE_CACHE"]);

/** A value as it was written, and where: a wrong one is an error that says so. */
interface Given {
  readonly value: unknown;
  readonly source: string;
}

/**
 * The settings of the server. A flag goes before an environment variable (`HEAPTIDE_BUDGET_SHARE` for `budget.share`), that before
 * heaptide.yaml in the working folder or the file named, that before the default.
 * @throws HeaptideError INVALID_OPTION, UNKNOWN_SETTING, CONFIGURATION_UNREADABLE.
 */
export async function readConfiguration(
  environment: Environment,
  from: { readonly file?: string | undefined; readonly flags?: { readonly [K in Key]?: unknown } } = {},
): Promise<Configuration> {
  const given = new Map<Key, Given>([
    ...(await readYaml(environment, from.file)),
    ...readVariables(environment),
    ...readFlags(from.flags ?? {}),
  ]);
  return Object.fromEntries(KEYS.map((key) => [key, validated(key, given.get(key))])) as unknown as Configuration;
}

function validated(key: Key, given: Given | undefined): unknown {
  const result = SETTINGS[key].safeParse(given?.value);
  if (result.success) return result.data;
  const expected = result.error.issues[0]!.message.replace(/ is expected$/, "");
  const value = typeof given?.value === "string" ? given.value : JSON.stringify(given?.value);
  throw new HeaptideError("INVALID_OPTION", { option: key, value: value ?? "", expected, source: given?.source ?? "the default" });
}

function readFlags(flags: { readonly [K in Key]?: unknown }): [Key, Given][] {
  return KEYS.filter((key) => flags[key] !== undefined).map((key) => [key, { value: flags[key], source: "the command line" }]);
}

function readVariables(environment: Environment): [Key, Given][] {
  const keys = new Map(KEYS.map((key) => [variableOf(key), key]));
  return Object.entries(environment.settings)
    .filter(([name]) => !OTHER_VARIABLES.has(name))
    .map(([name, value]) => {
      const key = keys.get(name);
      if (key === undefined) throw unknown(name, [...keys.keys()], "the environment");
      return [key, { value, source: `the environment variable ${name}` }];
    });
}

function variableOf(key: Key): string {
  return `HEAPTIDE_${key.toUpperCase().replaceAll(".", "_")}`;
}

async function readYaml(environment: Environment, named: string | undefined): Promise<[Key, Given][]> {
  const file = path.resolve(environment.workingFolder, named ?? FILE);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    // Nobody has to have a heaptide.yaml; one that was named must be there.
    if (error.code === "ENOENT" && named === undefined) return "";
    throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: error.message }, { cause: error });
  });
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem) throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: problem.message.split("\n")[0]! }, { cause: problem });
  const content: unknown = document.toJS() ?? {};
  if (!isMapping(content)) throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: "it holds no `key: value` lines" });
  return leavesOf(content, "").map(([key, value]) => {
    const known = KEYS.find((one) => one === key);
    if (known === undefined) throw unknown(key, KEYS, file);
    return [known, { value, source: file }];
  });
}

function leavesOf(mapping: Record<string, unknown>, prefix: string): [string, unknown][] {
  return Object.entries(mapping).flatMap(([name, value]): [string, unknown][] =>
    isMapping(value) ? leavesOf(value, `${prefix}${name}.`) : [[prefix + name, value]],
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknown(setting: string, known: readonly string[], source: string): HeaptideError {
  return new HeaptideError("UNKNOWN_SETTING", { setting, source, nearest: nearest(setting, known) ?? null, known: known.join(", ") });
}
