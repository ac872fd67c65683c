import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSettings } from "./configuration.ts";
import { readEnvironment } from "./environment.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "heaptide-configuration-"));
});
afterEach(() => rm(folder, { recursive: true }));

const NAMES = ["flink", "port", "dry-run"];
const yaml = (text: string, name = "heaptide.yaml") => writeFile(path.join(folder, name), text);

function read(variables: Record<string, string> = {}, file?: string) {
  return readSettings({ ...readEnvironment(variables), workingFolder: folder }, NAMES, file);
}

async function texts(variables?: Record<string, string>, file?: string) {
  return Object.fromEntries([...(await read(variables, file))].map(([name, { text }]) => [name, text]));
}

describe("readSettings", () => {
  it("is empty where nothing is set", async () => {
    expect(await texts()).toEqual({});
  });

  it("reads heaptide.yaml of the working folder, or the file that is named", async () => {
    await yaml("flink: http://a:8081\nport: 7071\ndry-run: true\n");
    await yaml("port: 7072\n", "other.yaml");
    expect(await texts()).toEqual({ flink: "http://a:8081", port: "7071", "dry-run": "true" });
    expect(await texts({}, "other.yaml")).toEqual({ port: "7072" });
  });

  it("lets a variable go before the file, and says where each value came from", async () => {
    await yaml("flink: http://a:8081\nport: 1\n");
    const settings = await read({ HEAPTIDE_PORT: "2", HEAPTIDE_DRY_RUN: "true", HEAPTIDE_CACHE: "/tmp", PORT: "3" });
    expect(settings.get("port")).toEqual({ text: "2", source: "the environment variable HEAPTIDE_PORT" });
    expect(settings.get("flink")).toEqual({ text: "http://a:8081", source: path.join(folder, "heaptide.yaml") });
    expect(settings.get("dry-run")?.text).toBe("true");
  });

  it("names the key that was probably meant", async () => {
    await yaml("prot: 1\n");
    await expect(read()).rejects.toMatchObject({ code: "UNKNOWN_SETTING", next: "Perhaps port was meant." });
    await yaml("");
    await expect(read({ HEAPTIDE_PROT: "1" })).rejects.toMatchObject({ code: "UNKNOWN_SETTING", next: "Perhaps HEAPTIDE_PORT was meant." });
  });

  it("misses a file only if it was named", async () => {
    await expect(read({}, "other.yaml")).rejects.toMatchObject({ code: "CONFIGURATION_UNREADABLE" });
  });

  it.each(["flink: [", "just text", "- 1", "port: [1, 2]", "port:"])("refuses %j", async (text) => {
    await yaml(text);
    await expect(read()).rejects.toMatchObject({ code: "CONFIGURATION_UNREADABLE" });
  });
});
