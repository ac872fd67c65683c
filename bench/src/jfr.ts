import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { formatBytes } from "@heaptide/base";
import { findJdks, type Jdk } from "@heaptide/testkit";
import { type BenchmarkContext, median, type Report } from "./report.ts";

const run = promisify(execFile);
const OURS = fileURLToPath(new URL("./jfr-read-all.ts", import.meta.url));
const PAIRS = 9;
const RECORDED_SECONDS = 16;
/** Of the JDK's time, and bytes: a third of what the JDK's reader took where it was measured first. */
const TIME_GOAL = 0.7;
const MEMORY_GOAL = 105 * 1024 * 1024;

/** Allocates, parks and contends on four threads: what fills a recording with small events. */
const BUSY = `
  import java.util.concurrent.locks.LockSupport;
  public class Busy {
    static final Object LOCK = new Object();
    static volatile Object sink;
    public static void main(String[] args) throws Exception {
      long end = System.currentTimeMillis() + 1000L * Integer.parseInt(args[0]);
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        boolean parks = t % 2 == 0;
        threads[t] = new Thread(() -> {
          for (int n = 0; System.currentTimeMillis() < end; n++) {
            sink = new byte[1000 + n % 5000];
            if (parks) LockSupport.parkNanos(1000);
            else synchronized (LOCK) { sink = new int[100]; }
          }
        }, "busy-" + t);
        threads[t].start();
      }
      for (Thread thread : threads) thread.join();
    }
  }`;

/** The JDK's own reader, all events; prints how many and the peak of its resident memory in KiB. */
const THEIRS = `
  import java.nio.file.*;
  import jdk.jfr.consumer.RecordingFile;
  public class ReadAll {
    public static void main(String[] args) throws Exception {
      long events = 0;
      try (RecordingFile file = new RecordingFile(Path.of(args[0]))) {
        for (; file.hasMoreEvents(); events++) file.readEvent();
      }
      for (String line : Files.readAllLines(Path.of("/proc/self/status")))
        if (line.startsWith("VmHWM")) System.out.println(events + " " + line.replaceAll("[^0-9]", ""));
    }
  }`;

/** Profile settings, with thresholds off: every park, lock and new allocation buffer is an event. */
const SETTINGS = [
  "settings=profile",
  "jdk.ThreadPark#threshold=0ms",
  "jdk.JavaMonitorEnter#threshold=0ms",
  "jdk.ObjectAllocationInNewTLAB#enabled=true",
  "jdk.ObjectAllocationOutsideTLAB#enabled=true",
];

interface Measured {
  readonly events: number;
  /** Milliseconds from start to end of the process. */
  readonly time: number;
  /** Bytes. */
  readonly peak: number;
}

/**
 * All events of one recording decoded: our reader and the JDK's `RecordingFile`, each a process of its own with its start-up counted, in
 * turns. Ours decodes every field of every event; the JDK's builds its event objects. Linux only, for the peak of a Java process.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const jdk = findJdks()[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "heaptide-bench-jfr-"));
  try {
    const file = await record(jdk, folder, { signal, progress });
    const theirs = [join(jdk.home, "bin/java"), "-cp", folder, "ReadAll", file];
    const ours = [process.execPath, OURS, file];
    // One each that does not count: the page cache, and our compile cache.
    for (const command of [ours, theirs]) await measure(command, signal);
    const pairs: { readonly ours: Measured; readonly theirs: Measured }[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      pairs.push({ ours: await measure(ours, signal), theirs: await measure(theirs, signal) });
      progress(`pair ${pair + 1} of ${PAIRS}: ${pairs[pair]!.ours.time.toFixed(0)} ms, JDK ${pairs[pair]!.theirs.time.toFixed(0)} ms`);
    }
    return reportOf(pairs, (await stat(file)).size, jdk);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function record(jdk: Jdk, folder: string, { signal, progress }: BenchmarkContext): Promise<string> {
  const file = join(folder, "busy.jfr");
  const sources = [join(folder, "Busy.java"), join(folder, "ReadAll.java")];
  await writeFile(sources[0]!, BUSY);
  await writeFile(sources[1]!, THEIRS);
  await run(join(jdk.home, "bin/javac"), ["-d", folder, ...sources], { signal });
  progress(`recording a busy program for ${RECORDED_SECONDS} s`);
  const options = ["-Xmx128m", `-XX:StartFlightRecording:${SETTINGS.join(",")},filename=${file}`, "-cp", folder];
  await run(join(jdk.home, "bin/java"), [...options, "Busy", String(RECORDED_SECONDS)], { signal });
  return file;
}

async function measure([program = "", ...words]: readonly string[], signal: AbortSignal): Promise<Measured> {
  const start = performance.now();
  const { stdout } = await run(program, words, { signal });
  const time = performance.now() - start;
  const [events = 0, peak = 0] = stdout.trim().split(" ").map(Number);
  return { events, time, peak: peak * 1024 };
}

function reportOf(pairs: readonly { readonly ours: Measured; readonly theirs: Measured }[], size: number, jdk: Jdk): Report {
  const of = (pick: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(pick));
  const ratio = of(({ ours, theirs }) => ours.time / theirs.time);
  const peak = of(({ ours }) => ours.peak);
  const events = pairs[0]!.ours.events;
  if (pairs.some(({ ours, theirs }) => ours.events !== events || theirs.events !== events))
    throw new Error("The readers disagree on the number of events.");
  const plain = { goal: null, held: null };
  return {
    title: "All events of a recording",
    conditions: `${formatBytes(size)}, ${events} events, JDK ${jdk.major}, Node ${process.versions.node}, medians of ${pairs.length} alternating pairs, whole processes`,
    rows: [
      { what: "ours, time", value: milliseconds(of(({ ours }) => ours.time)), ...plain },
      { what: "JDK RecordingFile, time", value: milliseconds(of(({ theirs }) => theirs.time)), ...plain },
      { what: "time, ratio of the pairs", value: ratio.toFixed(2), goal: `<= ${TIME_GOAL}`, held: ratio <= TIME_GOAL },
      { what: "ours, peak memory", value: formatBytes(peak), goal: `<= ${formatBytes(MEMORY_GOAL)}`, held: peak <= MEMORY_GOAL },
      { what: "JDK RecordingFile, peak memory", value: formatBytes(of(({ theirs }) => theirs.peak)), ...plain },
    ],
  };
}

function milliseconds(time: number): string {
  return `${time.toFixed(0)} ms`;
}
