import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfiguration } from "./configuration.ts";
import { readEnvironment } from "./environment.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "heaptide-configuration-"));
});
afterEach(() => rm(folder, { recursive: true }));

const environment = (variables: Record<string, string> = {}) => ({ ...readEnvironment(variables), workingFolder: folder });
const yaml = (text: string) => writeFile(path.join(folder, "heaptide.yaml"), text);

describe("readConfiguration", () => {
  it("has a default for everything but the targets, and listens to this host alone", async () => {
    expect(await readConfiguration(environment())).toMatchObject({
      flink: [],
      pid: [],
      host: "127.0.0.1",
      port: 7070,
      "budget.share": 0.01,
    });
  });

  it("reads heaptide.yaml of the working folder", async () => {
    await yaml("flink: http://a:8081\npid: [12, 13]\nkeep: 14d\nbudget:\n  share: 0.05\n  longest: 500ms\n");
    expect(await readConfiguration(environment())).toMatchObject({
      flink: ["http://a:8081"],
      pid: [12, 13],
      keep: 14 * 86_400_000,
      "budget.share": 0.05,
      "budget.longest": 500,
    });
  });

  it("lets a variable go before the file, and a flag before both", async () => {
    await yaml("port: 1\nhost: file\ndata: file\n");
    const variables = { HEAPTIDE_PORT: "2", HEAPTIDE_HOST: "variable", HEAPTIDE_FLINK: "http://a:1, http://b:2" };
    const read = await readConfiguration(environment(variables), { flags: { port: "3" } });
    expect(read).toMatchObject({ port: 3, host: "variable", data: "file", flink: ["http://a:1", "http://b:2"] });
  });

  it.each([
    ["port: 99999", "port", "heaptide.yaml"],
    ["keep: soon", "keep", "heaptide.yaml"],
    ["flink: localhost", "flink", "heaptide.yaml"],
  ])("says what is wrong about %s, and in which file", async (text, option, source) => {
    await yaml(text);
    await expect(readConfiguration(environment())).rejects.toMatchObject({
      code: "INVALID_OPTION",
      detail: { option, source: expect.stringContaining(source) },
    });
  });

  it("names the variable that holds a wrong value", async () => {
    const read = readConfiguration(environment({ HEAPTIDE_BUDGET_SHARE: "2" }));
    await expect(read).rejects.toThrow(
      'budget.share is "2" (from the environment variable HEAPTIDE_BUDGET_SHARE), but a share from 0 to 1 is expected.',
    );
  });

  it("names the key that was probably meant", async () => {
    await yaml("budget:\n  shar: 0.1\n");
    await expect(readConfiguration(environment())).rejects.toMatchObject({
      code: "UNKNOWN_SETTING",
      next: "Perhaps budget.share was meant.",
    });
    await yaml("");
    const variables = readConfiguration(environment({ HEAPTIDE_PROT: "1" }));
    await expect(variables).rejects.toMatchObject({ code: "UNKNOWN_SETTING", next: "Perhaps HEAPTIDE_PORT was meant." });
  });

  it("misses a file only if it was named", async () => {
    await expect(readConfiguration(environment(), { file: "other.yaml" })).rejects.toMatchObject({ code: "CONFIGURATION_UNREADABLE" });
  });

  it.each(["flink: [", "just text", "- 1"])("refuses %j as a configuration", async (text) => {
    await yaml(text);
    await expect(readConfiguration(environment())).rejects.toMatchObject({ code: "CONFIGURATION_UNREADABLE" });
  });
});
