import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FlinkClient, type LocalCluster, startCluster } from "@heaptide/flink";
import { Diagnosis } from "@heaptide/model";
import { heaptide } from "./heaptide.ts";

const LAB_JAR = fileURLToPath(new URL("../../lab/jobs/target/lab-jobs.jar", import.meta.url));

let cluster: LocalCluster;

beforeEach(async () => {
  cluster = await startCluster({ heap: "256m" });
}, 240_000);

afterEach(() => cluster.stop());

async function run(entryClass: string, args: readonly string[]): Promise<void> {
  const flink = new FlinkClient(cluster.restUrl);
  await flink.runJar(await flink.uploadJar(LAB_JAR), { entryClass, args });
}

async function diagnose(span: string): Promise<{ code: number | null; diagnosis: Diagnosis }> {
  const { code, stdout, stderr } = await heaptide(["diagnose", "--flink", cluster.restUrl, "--for", span, "--json"]);
  expect(stdout, stderr).not.toBe("");
  return { code, diagnosis: Diagnosis.parse(JSON.parse(stdout)) };
}

describe("heaptide diagnose on a real cluster", () => {
  it("names class, line, operator and job of a static map that is never emptied", { timeout: 420_000 }, async () => {
    await run("org.heaptide.lab.StaticMapJob", ["--rate", "200"]);
    const { code, diagnosis } = await diagnose("4m");
    expect(code).toBe(1);
    expect(diagnosis.finding).toMatchObject({
      verdict: "leaking",
      resource: "heap",
      rootClass: "org.heaptide.lab.Session",
      law: { operator: "remember-sessions", job: "static-map" },
      line: { class: "org.heaptide.lab.StaticMapJob$RememberSessions", method: "map", file: "StaticMapJob.java" },
      change: { kind: "job-deployed" },
    });
    expect(diagnosis.finding!.law!.ratio.value).toBeCloseTo(1, 1);
    expect(diagnosis.finding!.holder).toMatchObject({ owner: "org.heaptide.lab.StaticMapJob$RememberSessions", field: "SESSIONS" });
  });

  it("calls a cache that fills up to its bound healthy in the end", { timeout: 420_000 }, async () => {
    await run("org.heaptide.lab.BoundedCacheJob", ["--entries", "50000", "--rate", "1000"]);
    const { code, diagnosis } = await diagnose("3m");
    expect(diagnosis.findings.filter((finding) => finding.verdict === "leaking")).toEqual([]);
    expect(diagnosis.verdict).toBe("healthy");
    expect(code).toBe(0);
  });
});
