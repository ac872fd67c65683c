import { formatBytes } from "@heaptide/base";
import { type EventListing, listEvents, type RecordingSummary, type StackFrame, summarizeRecording, userFrame } from "@heaptide/jfr";
import { defineCommand } from "../command.ts";
import { formatJfr } from "../format/jfr.ts";
import { count, fileArgument, flag } from "../options.ts";

/** A recording's summary with times in ISO 8601, and in each stack the frame that is not the JDK's: -1 where there is none. */
export interface JfrResult {
  readonly type: "jfr";
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly chunks: number;
  readonly jvm: {
    readonly name: string;
    readonly version: string;
    readonly pid: number;
    readonly startedAt: string;
    readonly command: string;
  } | null;
  readonly liveSet: {
    readonly first: number;
    readonly last: number;
    readonly min: number;
    readonly max: number;
    readonly samples: readonly { readonly at: string; readonly bytes: number }[];
  } | null;
  readonly oldObjects: Groups<RecordingSummary["oldObjects"]["groups"][number]> & {
    readonly at: string | null;
    readonly bytes: number | null;
  };
  readonly threadStarts: Groups<RecordingSummary["threadStarts"]["groups"][number]>;
  readonly events: RecordingSummary["events"];
  readonly unresolved: number;
  readonly incomplete: RecordingSummary["incomplete"];
}

/** With `--events`: what the recording consists of. */
export interface JfrEventsResult {
  readonly type: "jfr-events";
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly chunks: number;
  readonly jvm: JfrResult["jvm"];
  readonly events: EventListing["events"];
  readonly incomplete: EventListing["incomplete"];
}

interface Groups<Group> {
  readonly count: number;
  readonly groupCount: number;
  readonly groups: readonly (Group & { readonly userFrame: number })[];
}

export const command = defineCommand({
  description:
    "Reads a flight recording (JDK 11 or newer): heap used after each collection, the old objects of its last dump by allocating stack and by " +
    "what keeps them, and where threads were started. Old objects need a recording that ran before they were allocated, and a dump with " +
    "path-to-gc-roots=true. A recording that was cut off or is still written is read as far as it goes, a gzipped one as it is.",
  options: {
    file: fileArgument("a recording, e.g. made by `jcmd <pid> JFR.dump path-to-gc-roots=true filename=leak.jfr`"),
    top: count("n", "groups of each kind to show", 10),
    events: flag("count the events of each type instead"),
  },
  examples: [
    { line: "heaptide jfr leak.jfr", says: "what was still there, and whose line made it" },
    { line: "heaptide jfr leak.jfr.gz --events", says: "what a recording consists of, and what fills it" },
    { line: "heaptide jfr leak.jfr --top 50 --json", says: "the same for a program" },
  ],
  async run({ progress, signal }, { file, top, events }): Promise<JfrResult | JfrEventsResult> {
    const onProgress = (done: number, total: number): void => progress.update(`Read ${formatBytes(done)} of ${formatBytes(total)}`);
    if (events) return eventsOf(file, await listEvents(file, { signal, onProgress }));
    return resultOf(file, await summarizeRecording(file, { top, signal, onProgress }));
  },
  format: formatJfr,
});

export function resultOf(file: string, summary: RecordingSummary): JfrResult {
  const { jvm, liveSet, oldObjects, threadStarts, chunks, events, unresolved, incomplete } = summary;
  return {
    type: "jfr",
    file,
    from: iso(summary.from),
    to: iso(summary.to),
    chunks,
    jvm: jvmOf(jvm),
    liveSet: liveSet && {
      first: liveSet.first,
      last: liveSet.last,
      min: liveSet.min,
      max: liveSet.max,
      samples: Array.from(liveSet.series.at, (at, i) => ({ at: iso(at), bytes: liveSet.series.value[i]! })),
    },
    oldObjects: { ...oldObjects, at: oldObjects.at === null ? null : iso(oldObjects.at), groups: oldObjects.groups.map(withUserFrame) },
    threadStarts: { ...threadStarts, groups: threadStarts.groups.map(withUserFrame) },
    events,
    unresolved,
    incomplete,
  };
}

function eventsOf(file: string, { from, to, chunks, jvm, events, incomplete }: EventListing): JfrEventsResult {
  return { type: "jfr-events", file, from: iso(from), to: iso(to), chunks, jvm: jvmOf(jvm), events, incomplete };
}

function jvmOf(jvm: RecordingSummary["jvm"]): JfrResult["jvm"] {
  return jvm && { ...jvm, startedAt: iso(jvm.startedAt) };
}

function withUserFrame<Group extends { readonly stack: readonly StackFrame[] }>(group: Group): Group & { userFrame: number } {
  return { ...group, userFrame: userFrame(group.stack) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
