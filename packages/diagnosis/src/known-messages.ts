import type { Resource } from "@heaptide/model";

/** What a message means, whoever's program writes it: words of the JVM, the kernel, Flink and common libraries. */
export interface KnownMessage {
  readonly id: string;
  readonly meaning: string;
  /** What ran out, or is likely to; null where the message does not say. */
  readonly resource: Resource | null;
  /**
   * `decisive`: the JVM or the kernel itself says that the limit was reached. `hint`: a library guesses, and may do so once and never again: Netty warns once for
   * each class that is loaded, however many instances come after.
   */
  readonly weight: "decisive" | "hint";
  readonly next: string | null;
}

interface Known extends KnownMessage {
  readonly text: RegExp;
}

/** The first that matches counts. Sources: hotspot/share (OutOfMemoryError), Flink's enriched messages (ExceptionUtils), netty-common, the Linux kernel's oom_kill. */
const KNOWN: readonly Known[] = [
  {
    id: "oom-metaspace",
    text: /OutOfMemoryError: (?:Metaspace|Compressed class space)/,
    meaning: "Metaspace is full: too many classes are loaded, or class loaders of ended jobs are kept.",
    resource: "metaspace",
    weight: "decisive",
    next: "Look for class loaders that outlive their job; a larger taskmanager.memory.jvm-metaspace.size only buys time.",
  },
  {
    id: "oom-direct",
    text: /OutOfMemoryError: (?:Direct buffer memory|Cannot reserve \d+ bytes of direct buffer memory)|OutOfDirectMemoryError/,
    meaning: "Direct memory is used up: buffers are kept, or the limit is too small for what the job needs.",
    resource: "direct-memory",
    weight: "decisive",
    next: "Release buffers, or raise taskmanager.memory.task.off-heap.size.",
  },
  {
    id: "oom-threads",
    text: /unable to create (?:new )?native thread|pthread_create failed \(EAGAIN\)/,
    meaning: "No more threads can be made: some are started again and again and never end.",
    resource: "threads",
    weight: "decisive",
    next: "Compare thread names over time: the name that counts up belongs to what leaks.",
  },
  {
    id: "oom-heap",
    text: /OutOfMemoryError: (?:Java heap space|GC overhead limit exceeded)/,
    meaning: "The heap is full, and collections free next to nothing.",
    resource: "heap",
    weight: "decisive",
    next: "Two live histograms some minutes apart tell what grows.",
  },
  {
    id: "too-many-files",
    text: /Too many open files/,
    meaning: "All file descriptors are in use: files or sockets are opened and not closed.",
    resource: "descriptors",
    weight: "decisive",
    next: null,
  },
  {
    id: "killed",
    text: /\bOOMKilled\b|exit(?:ed with)?[ _-]?(?:code|status)?[ :=]+137\b|Killed process \d+ \(java\)|[Mm]emory cgroup out of memory/,
    meaning: "The kernel ended the process: it used more than its container may. The JVM itself says nothing then.",
    resource: "native-memory",
    weight: "decisive",
    next: "If the heap was far from its limit, memory outside of it grew: direct buffers, metaspace, threads, native libraries.",
  },
  {
    id: "buffer-not-released",
    text: /LEAK: .{1,200}release\(\) was not called before it's garbage-collected/,
    meaning: "A reference-counted buffer was collected without being released: its memory outside of the heap stays.",
    resource: "direct-memory",
    weight: "hint",
    next: "Run with -Dio.netty.leakDetection.level=paranoid for a while: it names the line.",
  },
  {
    id: "too-many-instances",
    text: /creating too many \S{1,200} instances/,
    meaning: "A library counts its own instances and finds too many: something meant to be shared is made again and again.",
    resource: null,
    weight: "hint",
    next: "Make one and share it: in open(), closed in close().",
  },
  {
    id: "heartbeat",
    text: /[Hh]eartbeat of (?:TaskManager|JobManager) with id .{1,200} timed out/,
    meaning: "A process did not answer for long: it is gone, or does nothing but collect garbage.",
    resource: null,
    weight: "hint",
    next: null,
  },
];

/** A log message may be a megabyte. */
const LOOKED_AT = 4000;

export function knownMessage(text: string): KnownMessage | null {
  const looked = text.slice(0, LOOKED_AT);
  const found = KNOWN.find((known) => known.text.test(looked));
  if (!found) return null;
  const { text: _, ...known } = found;
  return known;
}
