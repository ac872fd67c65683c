import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkImports } from "./check.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "heaptide-imports-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function plant(file: string, source: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), source);
}

function objections(): string[] {
  return checkImports(root).violations.map((one) => `${one.at} ${one.specifier}`);
}

describe("checkImports", () => {
  it("objects to an arrow in the wrong direction, with place and reason", () => {
    plant("packages/base/src/units.ts", 'const a = 1;\nimport { diagnose } from "@heaptide/diagnosis";\n');
    const { violations } = checkImports(root);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({ at: "packages/base/src/units.ts:2", specifier: "@heaptide/diagnosis" });
    expect(violations[0]!.why).toContain("stands on nothing");
  });

  it.each([
    ["a type import", 'import type { Store } from "@heaptide/store";'],
    ["a re-export", 'export * from "@heaptide/store";'],
    ["a named re-export", 'export { openStore } from "@heaptide/store";'],
    ["a dynamic import", 'export const load = () => import("@heaptide/store");'],
    ["a path inside a package", 'import "@heaptide/store/src/schema.ts";'],
    ["a Node module", 'import { readFileSync } from "node:fs";'],
    ["a library", 'import { request } from "undici";'],
  ])("sees %s in the diagnosis", (_, source) => {
    plant("packages/diagnosis/src/diagnose.ts", source);
    expect(objections()).toHaveLength(1);
  });

  it("lets the reading file of a parser read, and no other", () => {
    plant("packages/jfr/src/file-source.ts", 'import { open } from "node:fs/promises";');
    plant("packages/jfr/src/chunk.ts", 'import { open } from "node:fs/promises";');
    expect(objections()).toEqual(["packages/jfr/src/chunk.ts:1 node:fs/promises"]);
  });

  it("keeps the demo platform to the demo", () => {
    plant("packages/cli/src/demo/stage.ts", 'import { startPlaces } from "@dataspa/places";');
    plant("packages/cli/src/commands/serve.ts", 'import { startPlaces } from "@dataspa/places";');
    expect(objections()).toEqual(["packages/cli/src/commands/serve.ts:1 @dataspa/places"]);
  });

  it("keeps the testkit to tests", () => {
    plant("packages/jfr/src/chunk.test.ts", 'import { recording } from "@heaptide/testkit";\nimport fs from "node:fs";');
    plant("packages/jfr/src/chunk.ts", 'import { recording } from "@heaptide/testkit";');
    expect(objections()).toEqual(["packages/jfr/src/chunk.ts:1 @heaptide/testkit"]);
  });

  it("keeps relative imports inside their workspace", () => {
    plant("packages/jvm/src/index.ts", 'import "../../base/src/units.ts";\nimport "./proc/status.ts";');
    expect(objections()).toEqual(["packages/jvm/src/index.ts:1 ../../base/src/units.ts"]);
  });

  it("is not fooled by comments and strings", () => {
    plant("packages/base/src/units.ts", '// import "@heaptide/store"\nexport const text = `import "@heaptide/store"`;');
    expect(objections()).toEqual([]);
  });
});
