import { describe, expect, it } from "vitest";
import { parseClassLoaders } from "./class-loaders.ts";
import { sourceName } from "./class-names.ts";
import { parseHeapInfo } from "./heap-info.ts";
import { parseHistogram } from "./histogram.ts";
import { runningIn } from "./recording.ts";
import { parseThreads } from "./threads.ts";
import { parseVmVersion } from "./version.ts";

const HISTOGRAM = ` num     #instances         #bytes  class name (module)
-------------------------------------------------------
   1:         25112       11628440  [B (java.base@17.0.15)
   2:             7        1092736  [Ljava.util.HashMap$Node; (java.base@17.0.15)
   3:             3            100  org.example.Job
   4:             2             90  org.example.Job$$Lambda$14/0x0000000800c03000
   5:             4             80  org.example.Job
Total         25128       12721446
`;

describe("parseHistogram", () => {
  it("names classes as source does, without modules, and adds up those of one name", () => {
    expect(parseHistogram(HISTOGRAM)).toEqual({
      names: ["byte[]", "java.util.HashMap$Node[]", "org.example.Job", "org.example.Job$$Lambda$14/0x0000000800c03000"],
      instances: [25112, 7, 7, 2],
      bytes: [11628440, 1092736, 180, 90],
    });
  });

  it("takes a histogram cut off anywhere for none", () => {
    for (let length = 0; length < HISTOGRAM.indexOf("Total"); length++) expect(parseHistogram(HISTOGRAM.slice(0, length))).toBeNull();
  });
});

describe("sourceName", () => {
  it.each([
    ["[[I", "int[][]"],
    ["[Z", "boolean[]"],
    ["[[Ljava.lang.String;", "java.lang.String[][]"],
    ["java.lang.String", "java.lang.String"],
    ["[X", "[X"],
  ])("%s -> %s", (vm, source) => expect(sourceName(vm)).toBe(source));
});

describe("parseHeapInfo", () => {
  it.each([
    [
      "G1 on 17",
      " garbage-first heap   total 58368K, used 16524K [0x1, 0x2)\n Metaspace       used 3487K, committed 3648K",
      [16524, 58368, null, 3487],
    ],
    ["G1 on 25", "garbage-first heap   total reserved 131072K, committed 78848K, used 24178K [0x1)", [24178, 78848, 131072, null]],
    [
      "Serial",
      " def new generation   total 100K, used 10K [\n  eden space 80K,  15% used\n tenured generation   total 200K, used 20K [",
      [30, 300, null, null],
    ],
    ["ZGC", " ZHeap           used 40M, capacity 64M, max capacity 96M", [40 * 1024, 64 * 1024, 96 * 1024, null]],
    ["Shenandoah", "Shenandoah Heap\n 200M max, 200M soft max, 100M committed, 35M used\n", [35 * 1024, 100 * 1024, 200 * 1024, null]],
    ["Epsilon", "Epsilon Heap\nAllocation space:\n space 2000K,  50% used [0x1", [1000, 2000, null, null]],
  ])("reads what %s prints", (_, text, [used, committed, max, metaspace]) => {
    const bytes = (kilobytes: number | null | undefined) => (kilobytes == null ? null : kilobytes * 1024);
    expect(parseHeapInfo(text)).toMatchObject({
      used: bytes(used),
      committed: bytes(committed),
      max: bytes(max),
      metaspaceUsed: bytes(metaspace),
    });
  });

  it("takes an exception for no answer", () => {
    expect(parseHeapInfo("java.lang.OutOfMemoryError: Java heap space")).toBeNull();
  });
});

describe("parseThreads", () => {
  const dump = `2026-01-01 00:00:00
Full thread dump OpenJDK 64-Bit Server VM (17.0.15):

"say "hi" #1" #12 daemon prio=5 os_prio=0 cpu=1.50ms elapsed=2.00s tid=0x1 nid=0x2 waiting on condition  [0x3]
   java.lang.Thread.State: TIMED_WAITING (sleeping)
\tat java.lang.Thread.sleep(java.base@17.0.15/Native Method)
\tat Keeper.main(Keeper.java:31)

"VM Thread" os_prio=0 cpu=4.48ms elapsed=2.02s tid=0x4 nid=0x5 runnable

JNI global refs: 15, weak refs: 0
`;

  it("reads name, state, time and frames", () => {
    expect(parseThreads(dump)).toEqual([
      {
        name: 'say "hi" #1',
        daemon: true,
        state: "TIMED_WAITING (sleeping)",
        cpu: 1.5,
        stack: ["java.lang.Thread.sleep(java.base@17.0.15/Native Method)", "Keeper.main(Keeper.java:31)"],
      },
      { name: "VM Thread", daemon: false, state: null, cpu: 4.48, stack: [] },
    ]);
  });

  it("takes a dump that is cut off for none", () => {
    expect(parseThreads(dump.slice(0, dump.indexOf("JNI")))).toBeNull();
  });
});

describe("other replies", () => {
  it("parseVmVersion reads both lines", () => {
    expect(parseVmVersion("OpenJDK 64-Bit Server VM version 25.0.3+9-LTS\nJDK 25.0.3\n")).toEqual({
      vm: "OpenJDK 64-Bit Server VM version 25.0.3+9-LTS",
      jdk: "25.0.3",
    });
    expect(parseVmVersion("")).toBeNull();
  });

  it("runningIn tells a recording from another and from one that has stopped", () => {
    const text = "Recording 1: name=other maxsize=64.0MB (running)\nRecording 2: name=mine maxsize=64.0MB (stopped)\n";
    expect(runningIn(text, "other")).toBe(true);
    expect(runningIn(text, "mine")).toBe(false);
    expect(runningIn("No available recordings.\n", "mine")).toBe(false);
    expect(runningIn("java.lang.IllegalStateException", "mine")).toBeNull();
  });

  it("parseClassLoaders leaves hidden classes to their loader", () => {
    const rows = `ClassLoader         Parent              CLD*               Classes   ChunkSz   BlockSz  Type
0x0000000000000000  0x0000000000000000  0x00007f061c0f6aa0    1741   4587520   3151064  <boot class loader>
                                                                23     70656     43168   + hidden classes
0x00000000921c9690  0x00000000921c9bb0  0x00007f061c1004c0       2     10240      5304  org.example.Loader
Total = 2                                                     1766   4668416   3199536
`;
    expect(parseClassLoaders(rows)?.map((row) => [row.type, row.classes])).toEqual([
      ["<boot class loader>", 1741],
      ["org.example.Loader", 2],
    ]);
    expect(parseClassLoaders("Out of memory")).toBeNull();
  });
});
