import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { EXCEPTIONS, HOUSE, type HouseRule, PURE } from "./rules.ts";

/** One import that a rule forbids. */
export interface Violation {
  /** Relative to the root, with its line: `packages/base/src/units.ts:3`. */
  readonly at: string;
  readonly specifier: string;
  /** What is wrong, and the reason of the rule. */
  readonly why: string;
}

const TESTKIT = "@heaptide/testkit";
const WORKSPACES = new Set(HOUSE.map((rule) => rule.name));

/** Checks every source file of every workspace under `root`. */
export function checkImports(root: string): { readonly files: number; readonly violations: readonly Violation[] } {
  let files = 0;
  const violations: Violation[] = [];
  for (const house of HOUSE) {
    for (const found of globSync("{src,bin}/**/*.{ts,tsx,mjs}", { cwd: path.join(root, house.folder) })) {
      files++;
      const file = path.posix.join(house.folder, found.split(path.sep).join("/"));
      const source = readFileSync(path.join(root, file), "utf8");
      for (const { specifier, offset } of importsOf(file, source)) {
        const why = objection(file, house, specifier);
        if (why) violations.push({ at: `${file}:${source.slice(0, offset).split("\n").length}`, specifier, why });
      }
    }
  }
  return { files, violations };
}

/** Static imports, re-exports, and dynamic imports of a literal. `import type` counts: a type drags its package along as well. */
function importsOf(file: string, source: string): { specifier: string; offset: number }[] {
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`);
  const requests = [
    ...module.staticImports.map((one) => one.moduleRequest),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest ?? [])),
  ].map((request) => ({ specifier: request.value, offset: request.start }));
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(["'])(.*)\1$/s.exec(source.slice(moduleRequest.start, moduleRequest.end));
    if (literal) requests.push({ specifier: literal[2]!, offset: moduleRequest.start });
  }
  return requests;
}

/** @returns why `file` may not import `specifier`; `undefined` where it may. */
function objection(file: string, house: HouseRule, specifier: string): string | undefined {
  const isTest = file.endsWith(".test.ts");
  if (specifier.startsWith(".")) return relativeObjection(file, house, specifier);
  if (specifier.startsWith("node:")) return isTest ? undefined : impurity(file, specifier);

  const name = packageOf(specifier);
  if (!WORKSPACES.has(name)) return isTest ? undefined : impurity(file, name);
  if (name === TESTKIT && (isTest || house.mayImport.includes(TESTKIT))) return undefined;
  if (name === TESTKIT) return "the testkit is for tests alone: what ships must not hold it";
  if (house.mayImport.includes(name) || name === house.name) return undefined;
  if (EXCEPTIONS.some((exception) => file.startsWith(exception.under) && exception.mayImport.includes(name))) return undefined;
  return `${house.folder} may import ${house.mayImport.join(", ") || "no other workspace"}: ${house.because}`;
}

function relativeObjection(file: string, house: HouseRule, specifier: string): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (target.startsWith(`${house.folder}/`)) return undefined;
  return "a relative import may not leave its workspace: what others may use is what its index exports";
}

function impurity(file: string, name: string): string | undefined {
  const rule = PURE.find((one) => file.startsWith(one.under) && !one.except.includes(file));
  return rule && !rule.libraries.includes(name)
    ? `${rule.under} imports ${rule.libraries.join(", ") || "neither Node nor a library"}: ${rule.because}`
    : undefined;
}

/** `zod/v4` -> `zod`, `@duckdb/node-api/x` -> `@duckdb/node-api` */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}
