import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findRuntimes } from "@heaptide/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Allocations, readAllocations, readLiveSet, readRecording, summarizeRecording, withSource } from "./index.ts";

/*
 * Recordings that real JVMs make here and now, compared with what the JDK's own `jfr` tool says of them.
 */
const run = promisify(execFile);
const MIB = 1 << 20;
/** The JDK's own tool starts a JVM each time; on a busy machine that takes a while. */
const PATIENCE = { timeout: 120_000 };

/**
 * Keeps sessions in a static map, starts a thread now and then, and collects, so that old objects are old. The JVM calls old only what is
 * older than the last collection that found a sampled object dead (HotSpot, objectSampler.cpp): hence one that dies beside each session.
 */
const PROGRAM = `
  import java.util.*;
  public class Shop {
    static final Map<Integer, Object> KEPT = new HashMap<>(); static byte[] passing;
    static class Session { byte[] body = new byte[4000]; }
    static void remember() { KEPT.put(KEPT.size(), new Session()); }
    public static void main(String[] args) throws Exception {
      for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 600; i++) { remember(); passing = new byte[4000]; }
        Thread thread = new Thread(() -> {}, "clerk-" + round);
        thread.start();
        thread.join();
        System.gc();
        Thread.sleep(60);
      }
      System.out.println("ready");
      System.in.read();
    }
  }`;

const jdks = findRuntimes();

interface JfrEvent {
  readonly type: string;
  readonly values: { readonly startTime: string; readonly object: { readonly type: { readonly name: string } } };
}

/** What the JDK's own tool prints of one event type. */
async function printed(home: string, file: string, type: string): Promise<JfrEvent[]> {
  const { stdout } = await run(join(home, "bin", "jfr"), ["print", "--json", "--events", type, file], { maxBuffer: 64 * MIB });
  return (JSON.parse(stdout) as { recording: { events: JfrEvent[] } }).recording.events;
}

/** Event counts by type of the JDK's own tool, without those that never happened. */
async function summarized(home: string, file: string): Promise<Record<string, number>> {
  const { stdout } = await run(join(home, "bin", "jfr"), ["summary", file], { maxBuffer: MIB });
  const rows = [...stdout.matchAll(/^ (\S+) +(\d+) +\d+ *$/gm)].map(([, type, count]) => [type!, Number(count)] as const);
  return Object.fromEntries(rows.filter(([type, count]) => count > 0 && !/^jdk\.(?:Metadata|Check[Pp]oint)$/.test(type)));
}

for (const release of [17, 25]) {
  const home = jdks.find((jdk) => jdk.major === release)?.home;
  describe.skipIf(!home)(
    `a recording of JDK ${release}${home ? "" : ` (skipped: no JDK ${release} in JAVA_HOME, PATH or /usr/lib/jvm)`}`,
    PATIENCE,
    () => {
      let folder: string;
      let file: string;
      let live: string;
      let twice: string;
      let seen: Allocations;

      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "heaptide-jfr-"));
        [file, live, twice] = [join(folder, "dump.jfr"), join(folder, "live.jfr"), join(folder, "twice.jfr")];
        await writeFile(join(folder, "Shop.java"), PROGRAM);
        const repository = join(folder, "repository");
        const flags = [
          // The JVM samples where a thread takes a new buffer: small ones make some hundred samples, so that both kinds are among them.
          "-XX:TLABSize=64k",
          "-XX:-ResizeTLAB",
          `-XX:FlightRecorderOptions=repository=${repository}`,
          "-XX:StartFlightRecording=settings=profile,memory-leaks=gc-roots,name=leak",
        ];
        await run(join(home!, "bin", "javac"), ["-d", folder, join(folder, "Shop.java")]);
        const shop = spawn(join(home!, "bin", "java"), ["-Xmx96m", "-XX:+UseG1GC", ...flags, "-cp", folder, "Shop"], {
          stdio: ["pipe", "pipe", "ignore"],
        });
        try {
          await new Promise<void>((resolve, reject) => {
            shop.stdout.on("data", (text) => String(text).includes("ready") && resolve());
            shop.once("exit", (code) => reject(new Error(`The program ended with ${code}.`)));
          });
          const jcmd = (...words: string[]) => run(join(home!, "bin", "jcmd"), [String(shop.pid), ...words]);
          await jcmd("JFR.dump", "name=leak", "path-to-gc-roots=true", `filename=${file}`);
          await jcmd("JFR.dump", "name=leak", "path-to-gc-roots=true", `filename=${twice}`);
          // The JVM flushes the new chunk once a second.
          await vi.waitFor(() => copyLive(repository, live), { timeout: 60_000, interval: 100 });
        } finally {
          shop.kill("SIGKILL");
        }
        seen = await readAllocations(file);
      }, 180_000);

      afterAll(() => rm(folder, { recursive: true, force: true }));

      it("has as many events of each type as the JDK counts", async () => {
        const summary = await summarizeRecording(file);
        expect(Object.fromEntries(summary.events.map(({ type, count }) => [type, count]))).toEqual(await summarized(home!, file));
        expect(summary.jvm?.version).toContain(`(${release}.`);
        expect(summary.incomplete).toBeNull();
      });

      it("decodes every field of every event without a complaint", async () => {
        let events = 0;
        const everything = {
          open: (chunk: { types: { events: { name: string }[] } }) =>
            new Map(chunk.types.events.map(({ name }) => [name, () => void events++] as const)),
        };
        const read = await withSource(file, (source) => readRecording(source, [everything]));
        expect(events).toBe(read.events.reduce((sum, { count }) => sum + count, 0));
      });

      it("has the old objects that the JDK prints, in its order", async () => {
        const expected = await printed(home!, file, "jdk.OldObjectSample");
        expect(expected.length).toBeGreaterThan(0);
        expect(seen.oldObjects.map((object) => object.class)).toEqual(expected.map((event) => javaName(event.values.object.type.name)));
        expect(seen.oldObjectsAt).toBeCloseTo(Date.parse(expected[0]!.values.startTime), -1);
      });

      it("names the line and the static field that keep the sessions", () => {
        const session = seen.oldObjects.find((object) => object.chain.some((reference) => reference.class === "Shop$Session"));
        const held = session?.chain.find((reference) => reference.static);
        expect(held).toMatchObject({ field: "KEPT", description: "Class Name: Shop" });
        expect(seen.stacks[session!.stack]?.slice(0, 2)).toMatchObject([
          { class: "Shop$Session", method: "<init>", line: 5, loader: "jdk.internal.loader.ClassLoaders$AppClassLoader", hidden: false },
          { class: "Shop", method: "remember", line: 6 },
        ]);
        expect(session).toMatchObject({ class: "byte[]", arrayElements: 4000, thread: "main", size: release === 17 ? null : 4016 });
      });

      it("knows who started the threads, and where", () => {
        const clerks = seen.threadStarts.filter((start) => start.thread.startsWith("clerk-"));
        expect(clerks.map((start) => [start.thread, start.parent])).toEqual(Array.from({ length: 8 }, (_, i) => [`clerk-${i}`, "main"]));
        expect(seen.stacks[clerks[0]!.stack]?.find((frame) => frame.class === "Shop")).toMatchObject({ method: "main", line: 11 });
      });

      it("sees the live set grow", async () => {
        const { value } = await readLiveSet(file);
        expect(value.length).toBeGreaterThanOrEqual(8);
        expect(value.at(-1)! - value[0]!).toBeGreaterThan(10 * MIB);
      });

      it("gives only the last of two dumps' objects", async () => {
        const all = await printed(home!, twice, "jdk.OldObjectSample");
        const latest = all
          .map((event) => event.values.startTime)
          .toSorted()
          .at(-1);
        const again = await readAllocations(twice);
        expect(new Set(all.map((event) => event.values.startTime)).size).toBe(2);
        expect(again.oldObjects).toHaveLength(all.filter((event) => event.values.startTime === latest).length);
      });

      it("is read as far as it goes while the JVM writes it", async () => {
        const summary = await summarizeRecording(live);
        expect(summary.incomplete?.reason).toBe("being-written");
        expect(summary.events.length).toBeGreaterThan(0);
      });

      it("never fails but with a typed error, wherever it is cut", async () => {
        const whole = await withSource(file, (source) => source.read(0, source.size));
        for (let cut = 0; cut < 40; cut++) {
          const part = whole.subarray(0, Math.floor((whole.length * cut) / 40));
          const outcome = await readAllocations(part).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "TRUNCATED_INPUT" });
          else expect((outcome as Allocations).incomplete?.reason).toBe("truncated");
        }
      });
    },
  );
}

/** Copies the chunk that the JVM is writing. @throws where nothing was flushed to it yet */
async function copyLive(repository: string, to: string): Promise<void> {
  const files = (await readdir(repository, { recursive: true })).filter((name) => name.endsWith(".jfr")).toSorted();
  await copyFile(join(repository, files.at(-1)!), to);
  if ((await summarizeRecording(to)).events.length === 0) throw new Error("Nothing was flushed yet.");
}

/** `[B` -> `byte[]`: the two kinds of names that this program's old objects have. */
function javaName(name: string): string {
  const plain = name.replaceAll("/", ".");
  const array = /^\[(?:L(.+);|(B|I|J|C))$/.exec(plain);
  return array ? `${array[1] ?? { B: "byte", I: "int", J: "long", C: "char" }[array[2] as "B"]}[]` : plain;
}
