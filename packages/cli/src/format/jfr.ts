import { formatBytes, formatDuration } from "@heaptide/base";
import type { EventTotal, StackFrame } from "@heaptide/jfr";
import type { JfrEventsResult, JfrResult } from "../commands/jfr.ts";
import type { Terminal } from "../terminal.ts";
import { type Column, formatCount, table } from "./table.ts";

const WHY_INCOMPLETE = {
  truncated: "The file was cut off",
  "being-written": "The JVM was still writing this file",
  "not-inflated": "The compressed file is damaged, or holds a second one behind the first",
} as const;
/** Frames of a stack that are shown: around the user's, or the innermost. */
const FRAMES = 4;

const EVENTS: readonly Column<EventTotal>[] = [
  { title: "events", align: "right", cell: ({ count }) => formatCount(count) },
  { title: "bytes", align: "right", cell: ({ bytes }) => formatBytes(bytes) },
  { title: "type", align: "left", cell: ({ type }) => type },
];

export function formatJfr(result: JfrResult | JfrEventsResult, terminal: Terminal): string {
  const parts = result.type === "jfr" ? leaks(result, terminal) : [head(result), [table(EVENTS, result.events)], cutOff(result, terminal)];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function leaks(result: JfrResult, terminal: Terminal): string[][] {
  return [head(result), liveSet(result), oldObjects(result, terminal), threadStarts(result, terminal), caveats(result, terminal)];
}

function head({ file, from, to, chunks, jvm, events }: JfrResult | JfrEventsResult): string[] {
  const total = events.reduce((sum, { count }) => sum + count, 0);
  const span = formatDuration(Date.parse(to) - Date.parse(from));
  return [
    `${file}: ${formatCount(total)} events in ${chunks} ${chunks === 1 ? "chunk" : "chunks"}, ${span} from ${from}`,
    ...(jvm ? [`process ${jvm.pid}, ${jvm.command || "no command"}, ${shortVersion(jvm.version)}`] : []),
  ];
}

function liveSet({ liveSet: live }: JfrResult): string[] {
  if (!live) return ["Heap used after collections: the recording saw no collection."];
  const { first, last, min, max, samples } = live;
  return [
    `Heap used after ${formatCount(samples.length)} ${samples.length === 1 ? "collection" : "collections"}: ` +
      `first ${formatBytes(first)}, last ${formatBytes(last)}, least ${formatBytes(min)}, most ${formatBytes(max)}`,
  ];
}

function oldObjects({ oldObjects: old }: JfrResult, terminal: Terminal): string[] {
  if (old.count === 0) return ["Old objects: none. They must be allocated while recording and survive a collection before the dump."];
  const size = old.bytes === null ? "" : `, ${formatBytes(old.bytes)} themselves`;
  const title = `Old objects, by stack and root (${formatCount(old.count)} samples${size}, dumped at ${old.at}):`;
  return [
    terminal.style("bold", title),
    ...old.groups.flatMap((group) => {
      const bytes = group.bytes === null ? "" : `  ${formatBytes(group.bytes)}`;
      const classes = group.classes.map(({ class: name, count }) => (group.classes.length > 1 ? `${name} ×${count}` : name)).join(", ");
      return [`${`${group.count} ×`.padStart(8)}${bytes}  ${classes}`, kept(group.root), ...stackLines(group, terminal)];
    }),
    ...more(old),
  ];
}

function kept(root: string | null): string {
  return `          kept by ${root ?? "something: the dump did not look for paths to roots"}`;
}

function threadStarts({ threadStarts: threads }: JfrResult, terminal: Terminal): string[] {
  if (threads.count === 0) return [];
  return [
    terminal.style("bold", `Threads started, by stack (${formatCount(threads.count)}):`),
    ...threads.groups.flatMap((group) => [
      `${`${group.count} ×`.padStart(8)}  ${group.count === 1 ? group.first : `${group.first} … ${group.last}`}`,
      ...stackLines(group, terminal),
    ]),
    ...more(threads),
  ];
}

/** The innermost frames; where the user's is deeper, the innermost one, a gap, and the user's. */
function stackLines({ stack, userFrame }: { stack: readonly StackFrame[]; userFrame: number }, terminal: Terminal): string[] {
  if (stack.length === 0) return ["          no stack"];
  const from = userFrame >= FRAMES ? userFrame : 0;
  const line = (frame: StackFrame, index: number): string => {
    const text = `at ${frame.class}.${frame.method}${frame.line < 0 ? "" : `:${frame.line}`}`;
    return index === userFrame ? `        ${terminal.style("cyan", `▸ ${text}`)}` : `          ${terminal.style("dim", text)}`;
  };
  const shown = stack.slice(from, from + FRAMES).map((frame, i) => line(frame, from + i));
  const left = stack.length - from - FRAMES;
  return [
    ...(from > 0 ? [line(stack[0]!, 0), ...(from > 1 ? [`          … ${from - 1} more`] : [])] : []),
    ...shown,
    ...(left > 0 ? [`          … ${left} more`] : []),
  ];
}

function more({ groups, groupCount }: { groups: readonly unknown[]; groupCount: number }): string[] {
  return groupCount > groups.length ? [`  … ${groupCount - groups.length} more groups: --top ${groupCount}`] : [];
}

function caveats(result: JfrResult, terminal: Terminal): string[] {
  const { unresolved } = result;
  if (unresolved === 0) return cutOff(result, terminal);
  const line = `${formatCount(unresolved)} events name a class or thread that the recording does not know; they are left out.`;
  return [...cutOff(result, terminal), terminal.style("yellow", line)];
}

function cutOff({ incomplete }: JfrResult | JfrEventsResult, terminal: Terminal): string[] {
  if (!incomplete) return [];
  const { reason, offset, lost } = incomplete;
  const behind = lost === null ? "" : `; ${formatBytes(lost)} behind it could not be read`;
  return [terminal.style("yellow", `${WHY_INCOMPLETE[reason]}: this is what stands before byte ${offset}${behind}.`)];
}

/** `OpenJDK 64-Bit Server VM (25.0.1+8-LTS) for linux-amd64 JRE (...)...` -> up to the platform. */
function shortVersion(version: string): string {
  return version.split(" JRE ")[0]!;
}
