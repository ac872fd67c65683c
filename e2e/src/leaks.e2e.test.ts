import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FlinkClient, startCluster } from "@heaptide/flink";
import { Diagnosis } from "@heaptide/model";
import { heaptide } from "./heaptide.ts";

const LAB_JAR = fileURLToPath(new URL("../../lab/jobs/target/lab-jobs.jar", import.meta.url));

/** A cluster of its own on which a job of the lab runs, diagnosed for a while as its user would. */
async function diagnosed(
  span: string,
  entryClass: string,
  args: readonly string[],
): Promise<{ code: number | null; diagnosis: Diagnosis }> {
  await using resources = new AsyncDisposableStack();
  const cluster = await startCluster({ heap: "256m" });
  resources.defer(() => cluster.stop());
  const flink = new FlinkClient(cluster.restUrl);
  await flink.runJar(await flink.uploadJar(LAB_JAR), { entryClass, args });
  const { code, stdout, stderr } = await heaptide(["diagnose", "--flink", cluster.restUrl, "--for", span, "--json"]);
  expect(stdout, stderr).not.toBe("");
  return { code, diagnosis: Diagnosis.parse(JSON.parse(stdout)) };
}

// Side by side: both mostly wait.
describe.concurrent("heaptide diagnose on a real cluster", () => {
  it("names class, line, operator and job of a static map that is never emptied", { timeout: 420_000 }, async () => {
    const { code, diagnosis } = await diagnosed("4m", "org.heaptide.lab.StaticMapJob", ["--rate", "200"]);
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
    const { code, diagnosis } = await diagnosed("3m", "org.heaptide.lab.BoundedCacheJob", ["--entries", "50000", "--rate", "1000"]);
    expect(diagnosis.findings.filter((finding) => finding.verdict === "leaking")).toEqual([]);
    expect(diagnosis.verdict).toBe("healthy");
    expect(code).toBe(0);
  });
});
