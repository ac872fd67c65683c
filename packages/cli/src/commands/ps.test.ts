import type { JvmProcess } from "@heaptide/jvm";
import { describe, expect, it } from "vitest";
import { formatPs } from "../format/ps.ts";
import type { Terminal } from "../terminal.ts";

const plain: Terminal = { width: 120, interactive: false, style: (_, text) => text };
const MIB = 2 ** 20;

function jvm(spec: Partial<JvmProcess>): JvmProcess {
  return {
    pid: 4711,
    nsPid: 4711,
    user: "flink",
    role: "jvm",
    flinkId: null,
    mainClass: "org.example.Main",
    command: "java org.example.Main",
    startedAt: 0,
    threads: 20,
    rss: 100 * MIB,
    javaVersion: "17.0.15",
    collector: "G1",
    heapUsed: 10 * MIB,
    heapUsedAt: "now",
    heapMax: 64 * MIB,
    counters: { ok: true },
    attach: { ok: true },
    ...spec,
  };
}

const shown = (...processes: JvmProcess[]) => formatPs({ type: "ps", at: 95_000, processes }, plain);
const refused = { ok: false, code: "ATTACH_WRONG_USER", why: "It belongs to flink.", next: "sudo -u flink heaptide" } as const;

describe("heaptide ps", () => {
  it("shows heap, collector, uptime and name in a line", () => {
    expect(shown(jvm({})).split("\n")[1]).toMatch(
      /4711 +flink +10\.0 MiB of 64\.0 MiB +G1 +17\.0\.15 +1 min 35 s +yes +org\.example\.Main/,
    );
  });

  it("marks heap that is as old as the last collection", () => {
    expect(shown(jvm({ heapUsedAt: "last-collection" }))).toContain("~10.0 MiB of 64.0 MiB");
  });

  it("calls Flink's processes by their role and resource id", () => {
    expect(shown(jvm({ role: "taskmanager", flinkId: "tm-1" }))).toContain("Flink TaskManager tm-1");
  });

  it("gives each reason once, with the first process and the others that it holds for", () => {
    const lines = shown(jvm({ attach: refused }), jvm({ pid: 12, attach: refused }), jvm({ pid: 13, attach: refused })).split("\n");
    expect(lines.slice(-3)).toEqual(["It belongs to flink.", "  also:  12, 13", "  next:  sudo -u flink heaptide"]);
  });

  it("says so when there is nothing to show", () => {
    expect(shown()).toBe("No JVM runs here, or none that this user may see.");
  });
});
