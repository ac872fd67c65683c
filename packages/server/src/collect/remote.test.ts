import { type AddressInfo, createServer } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Observation } from "@heaptide/model";
import { compileJava, findJdks, mavenJar, type RunningJava, startJava } from "@heaptide/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector, type Target } from "./collector.ts";

const JOLOKIA = "org.jolokia:jolokia-agent-jvm:2.2.9:jar:javaagent";
const JMX_EXPORTER = "io.prometheus.jmx:jmx_prometheus_javaagent:1.0.1";

const jdk = findJdks()[0]!;
let classes: ReturnType<typeof compileJava>;
let folder: string;
let running: RunningJava | null = null;
beforeAll(() => {
  classes = compileJava([jdk]);
  folder = mkdtempSync(join(tmpdir(), "heaptide-remote-"));
});
afterAll(async () => {
  await running?.stop();
  classes.remove();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startWith(agent: string, ...options: string[]): Promise<void> {
  await running?.stop();
  running = await startJava({
    jdk,
    classes: classes.classes,
    main: "Keeper",
    options: [`-javaagent:${agent}`, ...options],
    args: ["1000", "100", "100"],
  });
}

/** Watches until everything that is waited for was seen. */
async function seenBy(
  target: Target,
  isEnough: (seen: readonly Observation[]) => boolean,
  meanwhile = async () => {},
): Promise<Observation[]> {
  const ending = new AbortController();
  const seen: Observation[] = [];
  const collector = startCollector({
    targets: [target],
    sink: { append: (all) => void seen.push(...all) },
    signal: ending.signal,
    histogramEvery: 1000,
  });
  try {
    await meanwhile();
    for (let waited = 0; !isEnough(seen) && waited < 30_000; waited += 100) await pause(100);
    return seen;
  } finally {
    ending.abort();
    await collector.ended;
  }
}

const measures = (seen: readonly Observation[]) => new Set(seen.flatMap((one) => (one.type === "sample" ? [one.measure] : [])));

describe("a JVM behind a Jolokia agent", () => {
  it("tells its measures and limits, and its class histogram through its MBean of diagnostic commands", async () => {
    const port = await freePort();
    await startWith(`${await mavenJar(JOLOKIA)}=port=${port},host=127.0.0.1,user=ada,password=secret`);
    const target = { kind: "jolokia", url: `http://ada:secret@127.0.0.1:${port}/jolokia` } as const;
    const seen = await seenBy(target, (all) => all.filter(({ type }) => type === "snapshot").length >= 2);
    expect(seen.find(({ type }) => type === "process")).toMatchObject({
      process: { key: `jolokia:127.0.0.1:${port}`, name: expect.stringContaining(`(${running!.pid})`) as string },
      incarnation: { pid: null, javaVersion: String(jdk.major), limits: { heap: { value: 64 * 2 ** 20 } } },
    });
    expect([...measures(seen)]).toEqual(
      expect.arrayContaining([
        "heap.used",
        "heap.live",
        "metaspace.used",
        "threads",
        "classes.loaded",
        "gc.count",
        "descriptors",
        "cpu.time",
      ]),
    );
    const snapshot = seen.findLast((one) => one.type === "snapshot")!;
    expect(snapshot.classes.instances[snapshot.classes.names.indexOf("Keeper$Kept")]).toBeGreaterThanOrEqual(1000);
    expect(seen).toContainEqual(expect.objectContaining({ type: "cost", probe: "histogram" }));
    // The agent begins to listen a moment after the program.
    const isTrouble = (one: Observation) => one.type === "probe" && one.code !== null && one.code !== "JOLOKIA_UNREACHABLE";
    expect(seen.filter(isTrouble)).toEqual([]);
  });

  it("says what is wrong where the password is, without telling it", async () => {
    const { port } = new URL(`http://127.0.0.1:${/port=(\d+)/.exec(running!.process.spawnargs.join(" "))![1]!}`);
    const seen = await seenBy({ kind: "jolokia", url: `http://ada:wrong-word@127.0.0.1:${port}/jolokia` }, (all) =>
      all.some((one) => one.type === "probe"),
    );
    expect(seen).toMatchObject([{ type: "probe", code: "JOLOKIA_REFUSED" }]);
    expect(JSON.stringify(seen)).not.toContain("wrong-word");
  });
});

describe("a JVM that the JMX exporter publishes", () => {
  it("tells its measures, and is another life after a restart", async () => {
    const port = await freePort();
    const configuration = join(folder, "jmx.yaml");
    writeFileSync(configuration, "rules: [{ pattern: '.*' }]\n");
    const agent = `${await mavenJar(JMX_EXPORTER)}=127.0.0.1:${port}:${configuration}`;
    await startWith(agent);
    const seen = await seenBy({ kind: "scrape", url: `http://127.0.0.1:${port}/metrics` }, (all) => measures(all).has("gc.count"));
    expect([...measures(seen)]).toEqual(
      expect.arrayContaining([
        "heap.used",
        "heap.committed",
        "metaspace.used",
        "threads",
        "descriptors",
        "rss",
        "gc.count",
        "gc.time",
        "cpu.time",
      ]),
    );
    const [first] = seen.flatMap((one) => (one.type === "process" ? [one.incarnation] : []));
    expect(first).toMatchObject({ pid: null, limits: { heap: { value: 64 * 2 ** 20 } } });
    expect(Math.abs(first!.startedAt - Date.now())).toBeLessThan(60_000);
    expect(seen).toContainEqual(expect.objectContaining({ type: "probe", probe: "histogram", code: "NO_LOCAL_PROCESS" }));
  });
});
