import { expect, it } from "vitest";
import { Finding, Verification } from "@heaptide/model";
import { heaptide } from "./heaptide.ts";

interface Story {
  readonly chapters: readonly { name: string; ok: boolean; seconds: number }[];
  readonly finding: unknown;
  readonly verification: unknown;
}

it(
  "tells the whole story on real Flink: from a healthy job over the named line to the proof of the fix",
  { timeout: 1_200_000 },
  async () => {
    const { code, stdout, stderr } = await heaptide(["demo", "--once", "--json"]);
    expect.soft(code, stderr).toBe(0);

    const story = JSON.parse(stdout) as Story;
    expect.soft(story.chapters.filter((chapter) => !chapter.ok)).toEqual([]);
    const finding = Finding.parse(story.finding);
    expect(finding).toMatchObject({
      verdict: "leaking",
      resource: "heap",
      process: { role: "taskmanager" },
      law: { operator: "enrich-venues", job: "venue-enrichment" },
      line: { method: "asyncInvoke", file: "ClientPerCall.java" },
      change: { kind: "job-deployed", job: "venue-enrichment" },
    });
    // The client object itself is collected; what it made lives on in its threads.
    expect(finding.group.map((member) => member.class)).toEqual(
      expect.arrayContaining(["io.netty.util.HashedWheelTimer", "io.netty.util.HashedWheelTimer$HashedWheelBucket"]),
    );
    expect(["io.netty.util.HashedWheelTimer", "org.asynchttpclient.DefaultAsyncHttpClient"]).toContain(finding.rootClass);
    expect(finding.law!.ratio.value).toBeGreaterThan(0.97);
    expect(finding.law!.ratio.value).toBeLessThan(1.03);
    expect(finding.line!.line).toBeGreaterThan(0);
    expect(finding.logs.map((log) => log.pattern).join("\n")).toContain("too many HashedWheelTimer");
    expect(Verification.parse(story.verification).verdict).toBe("verified");
  },
);
