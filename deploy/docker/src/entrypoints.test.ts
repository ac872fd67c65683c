import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith(".sh"));

const missing = spawnSync("shellcheck", ["--version"]).error !== undefined;
// In continuous integration a missing program is a failure, not a reason to look away.
const skip = missing && process.env["CI"] !== "true";
if (skip) process.stderr.write("No shellcheck here: the entrypoints are not checked by it. scripts/setup-debian.sh installs it.\n");

it.skipIf(skip).each(SCRIPTS)("%s pleases shellcheck", (name) => {
  expect(execFileSync("shellcheck", ["--severity=style", name], { cwd: FOLDER, encoding: "utf8" })).toBe("");
});

describe("the entrypoints", () => {
  let folder: string;
  let stub: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "entrypoint-"));
    stub = join(folder, "stub");
    // Writes down what it was called with, in place of Flink, Node or the agent.
    await writeFile(
      stub,
      `#!/bin/sh\n{ printf '%s\\n' "$@"; echo "options=\${FLINK_ENV_JAVA_OPTS_TM-unset}"; } > "${folder}/\${1##*/}.called"\n`,
    );
    await chmod(stub, 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (script: string, words: readonly string[], variables: Record<string, string>) =>
    spawnSync(join(FOLDER, script), words, { encoding: "utf8", env: { PATH: `${folder}:${process.env["PATH"]}`, ...variables } });
  const called = async (what: string) => (await readFile(join(folder, `${what}.called`), "utf8")).trimEnd().split("\n");

  describe("of the TaskManager", () => {
    const start = (variables: Record<string, string> = {}) =>
      run("taskmanager-entrypoint.sh", ["taskmanager", "--more"], { FLINK_ENTRYPOINT: stub, ...variables });

    it("is Flink's own where nothing is switched on", async () => {
      expect(start({ HEAPTIDE_AGENT: "0", ENABLE_JFR: "off", ENABLE_NMT: "" }).status).toBe(0);
      expect(await called("taskmanager")).toEqual(["taskmanager", "--more", "options=unset"]);
    });

    it.each([
      [
        "ENABLE_JFR",
        /^options=-Xmn1m -XX:StartFlightRecording=.*maxage=1h,maxsize=250m.*filename=\/opt\/flink\/log\/,path-to-gc-roots=true$/,
      ],
      ["ENABLE_NMT", /^options=-Xmn1m -XX:NativeMemoryTracking=summary$/],
      ["ENABLE_HEAP_DUMP", /^options=-Xmn1m -XX:\+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=\/opt\/flink\/log$/],
      ["ENABLE_GC_LOG", /^options=-Xmn1m -Xlog:gc\*:file=\/opt\/flink\/log\/gc\.log:.*filecount=5,filesize=20m$/],
    ])("adds the options of %s to those that are there", async (name, expected) => {
      expect(start({ [name]: "1", FLINK_ENV_JAVA_OPTS_TM: "-Xmn1m" }).status).toBe(0);
      expect((await called("taskmanager")).at(-1)).toMatch(expected);
    });

    it("adds options that a JVM understands", async () => {
      start({ ENABLE_JFR: "1", ENABLE_NMT: "yes", ENABLE_HEAP_DUMP: "on", ENABLE_GC_LOG: "true", LOG_FOLDER: folder });
      const options = (await called("taskmanager")).at(-1)!.slice("options=".length).split(" ");
      const java = process.env["JAVA_HOME"] ? join(process.env["JAVA_HOME"], "bin", "java") : "java";
      expect(spawnSync(java, [...options, "-Xshare:auto", "-version"], { encoding: "utf8", cwd: folder })).toMatchObject({ status: 0 });
      expect(existsSync(join(folder, "gc.log"))).toBe(true);
    });

    it("starts the agent beside it, and again where it ends", async () => {
      await writeFile(join(folder, "node"), `#!/bin/sh\necho "$@" >> "${folder}/agent"\n`);
      await chmod(join(folder, "node"), 0o755);
      // Flink runs as long as the container does: here until the agent was started twice.
      await writeFile(
        stub,
        `#!/bin/sh\ni=0; while [ "$(wc -l < "${folder}/agent" 2>/dev/null || echo 0)" -lt 2 ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done\nkill 0\n`,
      );
      const environment = { HEAPTIDE_AGENT: "1", HEAPTIDE_SERVER: "http://heaptide:7070", HEAPTIDE_AGENT_PAUSE: "0", HEAPTIDE: "/h.mjs" };
      spawnSync("setsid", [join(FOLDER, "taskmanager-entrypoint.sh"), "taskmanager"], {
        env: { PATH: `${folder}:${process.env["PATH"]}`, FLINK_ENTRYPOINT: stub, ...environment },
      });
      const [first, second] = (await readFile(join(folder, "agent"), "utf8")).trimEnd().split("\n");
      expect(first).toBe("/h.mjs agent --server http://heaptide:7070 --flink http://jobmanager:8081 --data /var/lib/heaptide");
      expect(second).toBe(first);
    });

    it.each([
      [{ ENABLE_JFR: "maybe" }, 'ENABLE_JFR is "maybe"'],
      [{ HEAPTIDE_AGENT: "1" }, "HEAPTIDE_SERVER does not say where to"],
    ])("says what is wrong with %j, and starts nothing", (variables, says) => {
      const { status, stderr } = start(variables);
      expect([status, stderr]).toEqual([2, expect.stringContaining(says)]);
      expect(existsSync(join(folder, "taskmanager.called"))).toBe(false);
    });
  });

  describe("of dataspa", () => {
    const start = (variables: Record<string, string>) =>
      run("dataspa-entrypoint.sh", ["run"], { NODE: stub, DATASPA: "/app/main.ts", ...variables });
    const words = (transport: string, client: string) => [
      "--config",
      "/etc/dataspa/dataspa.yaml",
      "--transport",
      transport,
      "--client",
      client,
      "run",
    ];

    it.each([
      [{}, words("segments", "shared")],
      [{ LEAKY: "0", DATASPA_TRANSPORT: "kafka" }, words("kafka", "shared")],
      [{ LEAKY: "1" }, words("segments", "per-call")],
    ])("turns %j into arguments", async (variables, expected) => {
      expect(start(variables as Record<string, string>).status).toBe(0);
      expect((await called("main.ts")).slice(1, -1)).toEqual(expected);
    });

    it.each([{ LEAKY: "a little" }, { DATASPA_TRANSPORT: "pigeon" }])("refuses %j", (variables) => {
      expect(start(variables as Record<string, string>)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(Object.keys(variables)[0]!),
      });
    });
  });
});
