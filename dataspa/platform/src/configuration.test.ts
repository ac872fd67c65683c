import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError, readConfiguration } from "./configuration.ts";

const EXAMPLE = fileURLToPath(new URL("../dataspa.example.yaml", import.meta.url));

describe("dataspa.yaml", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataspa-yaml-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const read = async (text: string, environment: NodeJS.ProcessEnv = {}, overrides: object = {}) => {
    const file = join(folder, "dataspa.yaml");
    await writeFile(file, text);
    return readConfiguration(file, { ...overrides }, environment);
  };

  it("is understood as the example has it", async () => {
    const { sources, places } = await readConfiguration(EXAMPLE, {}, { DATASPA_PLACES_KEY: "secret" });
    expect(sources.map(({ kind }) => kind)).toEqual(["json-ld", "html", "ical", "feed", "json"]);
    expect(places).toMatchObject({ key: "secret", near: "Leipzig, DE" });
  });

  it("has a default for everything, and gives way to the command line", async () => {
    expect(await read("", {}, { port: 1 })).toMatchObject({ port: 1, transport: "segments", sources: [] });
  });

  it("takes secrets from the environment", async () => {
    expect(await read("flowTo: { url: http://127.0.0.1:7070 }", { DATASPA_FLOW_TOKEN: "t" })).toMatchObject({ flowTo: { token: "t" } });
  });

  it.each([
    ["prot: 8090", "prot"],
    ["sources: [{ name: a, kind: ical, url: 'file:///etc/passwd' }]", "url"],
    ["sources: [{ name: A B, kind: ical, url: 'https://a.example' }]", "name"],
    [
      "sources: [{ name: a, kind: ical, url: 'https://a.example' }, { name: a, kind: ical, url: 'https://b.example' }]",
      "two sources named a",
    ],
    ["flink: [", "no YAML"],
  ])("is refused with the place of the mistake: %s", async (text, says) => {
    const failed = await read(text).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ConfigurationError);
    expect((failed as Error).message).toContain(says);
  });
});
