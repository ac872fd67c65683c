import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "../../prometheus");
const isHere = spawnSync("promtool", ["--version"]).error === undefined;
if (!isHere && process.env["CI"] === "true") throw new Error("promtool is missing: scripts/setup-debian.sh installs it, with prometheus");

describe.skipIf(!isHere)(`promtool${isHere ? "" : " (skipped: not installed, scripts/setup-debian.sh brings it)"}`, () => {
  it.each([
    ["finds nothing wrong with the rules", ["check", "rules", "heaptide.rules.yml"]],
    ["sees them alarm about what they should, and about nothing else", ["test", "rules", "heaptide.rules.test.yml"]],
  ])("%s", (_, words) => {
    const { status, stdout, stderr } = spawnSync("promtool", words, { cwd: FOLDER, encoding: "utf8" });
    expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
  });
});
