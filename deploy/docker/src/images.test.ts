import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfiguration } from "@dataspa/platform";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ComposeFile, danglingNames } from "./compose.ts";
import { faultsOf, readDockerfile } from "./dockerfile.ts";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const ROOT = join(FOLDER, "..", "..");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const DOCKERFILES = readdirSync(FOLDER).filter((name) => name.endsWith(".Dockerfile"));

describe("the Dockerfiles", () => {
  it.each(DOCKERFILES)("%s keeps the rules", (name) => {
    expect(faultsOf(readDockerfile(read(name)))).toEqual([]);
  });

  it.each(DOCKERFILES)("%s copies what is there", (name) => {
    const copied = readDockerfile(read(name)).flatMap(({ name: what, words }) =>
      what === "COPY" && !words.includes("--from=") ? [words] : [],
    );
    for (const words of copied)
      for (const source of words
        .split(" ")
        .filter((word) => !word.startsWith("--"))
        .slice(0, -1))
        expect(existsSync(join(ROOT, source)), source).toBe(true);
  });

  it("would be told of their faults", () => {
    const text = "# c\nFROM node\nADD a b\nRUN sudo x \\\n  && npm install\nCMD node main.js\nCOPY --from=nowhere a b\n";
    expect(faultsOf(readDockerfile(text))).toEqual([
      "line 2: node has no version",
      "line 3: ADD unpacks and downloads; COPY copies",
      "line 4: there is no sudo in an image",
      "line 6: CMD as a shell's line takes no signals: use the JSON form",
      "line 7: copies from a stage that is not there",
      "the image runs as root",
      "there is no ENTRYPOINT",
    ]);
  });
});

describe("the compose file", () => {
  const compose = ComposeFile.parse(parse(read("compose.yaml"), { merge: true }));
  const { services } = compose;

  it("names nothing that is not there", () => {
    expect(danglingNames(compose)).toEqual([]);
    for (const { build } of Object.values(services))
      if (build) expect(existsSync(join(FOLDER, build.context, build.dockerfile)), build.dockerfile).toBe(true);
    const broken = {
      ...compose,
      services: {
        ...services,
        heaptide: { ...services["heaptide"]!, pid: "service:nobody", depends_on: { kafka: { condition: "service_healthy" as const } } },
      },
    };
    expect(danglingNames(broken)).toEqual([
      "heaptide waits for the health of kafka, which has no check",
      "heaptide joins service:nobody, which is not there",
    ]);
  });

  it("lets Heaptide see the TaskManager's processes, as its user", () => {
    expect(services["heaptide"]).toMatchObject({ pid: "service:taskmanager", user: "9999:9999" });
    for (const image of ["heaptide", "dataspa"])
      expect(readDockerfile(read(`${image}.Dockerfile`)).findLast(({ name }) => name === "USER")!.words).toBe("9999:9999");
  });

  it("hands on every switch that the entrypoint knows", () => {
    const known = [...read("taskmanager-entrypoint.sh").matchAll(/is_on ([A-Z_]+) "/g)].map(([, name]) => name!);
    expect(known.length).toBeGreaterThan(3);
    expect(Object.keys(services["taskmanager"]!.environment!)).toEqual(expect.arrayContaining(known));
  });

  it("gives the jobs the same folder as dataspa", () => {
    for (const name of ["jobmanager", "taskmanager", "dataspa"]) expect(services[name]!.volumes).toContain("data:/data");
  });

  it("runs dataspa with settings that it understands, and that lead to services", async () => {
    const settings = await readConfiguration(join(FOLDER, "dataspa.yaml"), {}, { DATASPA_FLOW_TOKEN: "t" });
    expect(settings).toMatchObject({ data: "/data", places: { key: "dataspa" }, flowTo: { token: "t" } });
    for (const url of [
      settings.flink.url!,
      settings.places.url,
      settings.flowTo!.url,
      ...settings.kafka.brokers.map((broker) => `tcp://${broker}`),
    ])
      expect(Object.keys(services)).toContain(new URL(url).hostname);
  });
});
