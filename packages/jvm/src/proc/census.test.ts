import { describe, expect, it } from "vitest";
import { describeLink, descriptorCensus, parseSockets, tallied, threadCensus } from "./census.ts";
import { parseResident } from "./resident.ts";
import { parseNativeMemory } from "../jcmd/native-memory.ts";

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 0100007F:C350 0200000A:01BB 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0`;
const TCP6 = `  sl  local_address rem_address st tx_queue
   0: 0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 13 1 0`;

describe("a census of descriptors", () => {
  it("tells sockets by where they lead", () => {
    expect(parseSockets(TCP)).toEqual([
      ["11", "socket listening on port 8080"],
      ["12", "socket to 10.0.0.2:443"],
    ]);
    expect(parseSockets(TCP6)).toEqual([["13", "socket to 127.0.0.1:8080"]]);
    expect(describeLink("socket:[12]", new Map(parseSockets(TCP)))).toBe("socket to 10.0.0.2:443");
    expect(describeLink("socket:[99]", new Map())).toBe("socket");
  });

  it("tells files by the pattern of their path, and the rest by name", () => {
    expect(describeLink("/tmp/spill-17/part-0003.tmp", new Map())).toBe("file /tmp/spill-N/part-N.tmp");
    expect(describeLink("anon_inode:[eventpoll]", new Map())).toBe("eventpoll");
    expect(describeLink("pipe:[55]", new Map())).toBe("pipe");
  });

  it("sees this very process", async () => {
    expect((await descriptorCensus(process.pid)).length).toBeGreaterThan(0);
    expect(threadCensus(process.pid).reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(3);
    expect(threadCensus(2 ** 22 + 1)).toEqual([]);
  });

  it("counts the rest together where there are too many groups", () => {
    const census = tallied(Array.from({ length: 100 }, (_, i) => `name${String.fromCharCode(97 + (i % 26))}${"x".repeat(i)}`));
    expect(census).toHaveLength(61);
    expect(census.at(-1)).toEqual({ name: "others", value: 40 });
  });
});

describe("native memory", () => {
  it("is told by what it is mapped for", () => {
    const smaps = [
      "00400000-00500000 r-xp 00000000 08:01 12 /usr/lib/libjvm.so",
      "Rss:                 100 kB",
      "7f0000000000-7f0000400000 rw-p 00000000 00:00 0 ",
      "Size:               4096 kB",
      "Rss:                2048 kB",
      "7f0010001000-7f0010002000 rw-p 00000000 00:00 0",
      "Rss:                   4 kB",
      "e0000000-f4000000 rw-p 00000000 00:00 0 ",
      "Rss:              300000 kB",
      "55000000-55100000 rw-p 00000000 00:00 0                          [heap]",
      "Rss:                  80 kB",
    ].join("\n");
    expect(parseResident(smaps)).toEqual([
      { name: "java heap", value: 300_000 * 1024 },
      { name: "malloc arenas", value: 2048 * 1024 },
      { name: "file /usr/lib/libjvm.so", value: 100 * 1024 },
      { name: "malloc heap", value: 80 * 1024 },
      { name: "small mappings", value: 4 * 1024 },
    ]);
  });

  it("is told by the JVM's own categories where it keeps account of them", () => {
    const text = `4242:\n\nNative Memory Tracking:\n\nTotal: reserved=1867KB, committed=476KB\n-                 Java Heap (reserved=327680KB, committed=131072KB)\n                            (mmap: reserved=327680KB, committed=131072KB) \n \n-                     Class (reserved=1049KB, committed=345KB)\n`;
    expect(parseNativeMemory(text)).toEqual([
      { name: "Java Heap", value: 131_072 * 1024 },
      { name: "Class", value: 345 * 1024 },
    ]);
    expect(parseNativeMemory("Native memory tracking is not enabled")).toEqual([]);
    expect(parseNativeMemory("nonsense")).toBeNull();
  });
});
