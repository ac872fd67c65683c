import type { Line, OldObject, StackFrame } from "@heaptide/model";
import { hostClass, isContainer, isJdk, plainName } from "../growth/class-names.ts";
import type { Life } from "../life.ts";
import { chainPosition, lineOf, runsInCheckpoint, type UserCode, userFrame } from "./frames.ts";
import { threadPattern, vertexOfThread } from "./threads.ts";

/**
 * How a line of user code comes to a sampled object: it constructs it (through a constructor or directly), it keeps it (a JDK collection's node or
 * table, with nothing but the JDK in between), it merely allocates it, or it started the thread that allocated it. Where nothing was sampled, the byte code alone
 * may tell where it is written.
 */
export type Way = "constructed" | "kept" | "allocated" | "thread" | "written";

/** A sampled object of the group that is still alive, charged to a line of user code where there is one. */
export interface Allocation {
  readonly object: OldObject;
  readonly line: Line | null;
  /** Lines of user code that led to that one, the nearest first. */
  readonly callers: readonly Line[];
  readonly way: Way;
  /** The outermost class of the group whose constructor runs beneath the line. */
  readonly constructed: string | null;
  readonly vertexName: string | null;
  readonly position: number | null;
  readonly isInCheckpoint: boolean;
}

/**
 * The old objects whose class grows, allocated since the onset. Each dump repeats the earlier ones: a life holds the last alone.
 * @param since milliseconds since the epoch
 */
export function allocationsOf(life: Life, isGrowing: (name: string) => boolean, since: number, userCode: UserCode): Allocation[] {
  const seen = life.allocations;
  if (!seen) return [];
  const starts = new Map(seen.threadStarts.filter((start) => start.at >= since).map((start) => [start.thread, start]));
  return seen.oldObjects
    .filter((object) => object.allocatedAt >= since && isGrowing(plainName(object.class)))
    .map((object) => {
      const own = seen.stacks[object.stack] ?? [];
      const direct = charged(own, userCode, isGrowing, plainName(object.class));
      const vertexName = vertexOfThread(object.thread, life.jobs);
      // Only the stack of a task tells a place in its chain: another thread's has no hand-overs to count.
      if (direct) return { object, ...direct, vertexName, position: vertexName === null ? null : direct.position };
      const start = starts.get(object.thread ?? "");
      const joined = start && charged(seen.stacks[start.stack] ?? [], userCode, isGrowing, "");
      if (joined) return { object, ...joined, way: "thread" as const, vertexName: vertexOfThread(start.parent, life.jobs) };
      return {
        object,
        line: null,
        callers: [],
        way: "allocated" as const,
        constructed: null,
        position: null,
        isInCheckpoint: false,
        vertexName: vertexOfThread(object.thread, life.jobs),
      };
    });
}

/**
 * Thread starts charged to lines: what is left where a leak of threads is too light for the sampler.
 * @param named pattern of the names of the threads; null for all
 */
export function threadStartsOf(life: Life, since: number, userCode: UserCode, named: string | null = null): Allocation[] {
  const seen = life.allocations;
  return (seen?.threadStarts ?? [])
    .filter((start) => start.at >= since && (named === null || threadPattern(start.thread) === named))
    .flatMap((start) => {
      const found = charged(seen!.stacks[start.stack] ?? [], userCode, () => false, "");
      const object: OldObject = { ...NO_OBJECT, allocatedAt: start.at, thread: start.parent, stack: start.stack };
      return found ? [{ object, ...found, way: "thread" as const, vertexName: vertexOfThread(start.parent, life.jobs) }] : [];
    });
}

/** Beyond so many no line tells anything of an object. */
const MOST_CALLERS = 8;

const NO_OBJECT = { class: "java.lang.Thread", arrayElements: null, description: null, chain: [], root: null };

function charged(stack: readonly StackFrame[], userCode: UserCode, isGrowing: (name: string) => boolean, allocated: string) {
  const index = userFrame(stack, userCode);
  if (index < 0) return undefined;
  const beneath = stack.slice(0, index);
  const constructor = beneath.findLast(
    (frame) => frame.method === "<init>" && isGrowing(plainName(frame.class)) && !isContainer(plainName(frame.class)),
  );
  const itself = index === 0 && !isContainer(allocated) && allocated !== "" ? allocated : null;
  const constructed = constructor ? plainName(constructor.class) : itself;
  const isKept = constructed === null && index > 0 && beneath.every((frame) => isJdk(frame.class)) && isContainer(allocated);
  const way: Way = constructed !== null ? "constructed" : isKept ? "kept" : "allocated";
  const callers = stack
    .slice(index + 1)
    .filter((frame) => userCode.isUser(frame) && frame.line > 0)
    .slice(0, MOST_CALLERS)
    .map(lineOf);
  const isInCheckpoint = runsInCheckpoint(stack, index);
  return { line: lineOf(stack[index]!), callers, way, constructed, position: chainPosition(stack, index), isInCheckpoint };
}

export interface NamedLine {
  readonly line: Line;
  readonly way: Way;
  /** The class that the samples of this line construct; null where they construct none. */
  readonly constructed: string | null;
  /** Samples that name this line, and samples of the group in all. */
  readonly votes: number;
  readonly samples: number;
  readonly vertexName: string | null;
  readonly position: number | null;
  /** Whether it runs with a checkpoint, and not with an element. */
  readonly isInCheckpoint: boolean;
}

/** Nothing is known but the samples themselves. */
export const NO_KIN: Kin = { root: null, owner: null, unit: [] };

/** What a line is asked to have to do with. */
export interface Kin {
  readonly root: string | null;
  /** The user class whose field or static holds the objects; null where none is known. */
  readonly owner: string | null;
  /** The classes of which there are as many as of the root class. */
  readonly unit: readonly string[];
}

/** The preferences among ways. */
export function culpritLine(allocations: readonly Allocation[], kin: Kin): NamedLine | null {
  const { root, owner } = kin;
  const isOwner = (line: Line) => owner !== null && outermost(line.class) === outermost(owner);
  const choices: ((allocation: Allocation) => boolean)[] = [
    // What a class makes and keeps itself is made there.
    (a) => a.way === "constructed" && a.constructed === root && (owner === null || isOwner(a.line!)),
    // Elements kept as they came are allocated upstream: then the line that keeps them is the culprit.
    (a) => a.way === "kept" && isOwner(a.line!),
    (a) => a.way === "constructed" && a.constructed === root,
    (a) => a.way === "constructed",
    (a) => a.way === "kept",
    (a) => a.way === "allocated",
    (a) => a.way === "thread" && a.constructed === root,
    (a) => a.way === "thread",
  ];
  const lined = allocations.filter((allocation) => allocation.line !== null).map((allocation) => inOwnCode(allocation, kin));
  for (const fits of choices) {
    const named = mostNamed(lined.filter(fits), lined);
    if (named) return { ...named, samples: allocations.length };
  }
  return null;
}

/** What is merely allocated may come from a method that everybody calls: the line is that of the class that keeps it, or writes the lambda that does, where one led there. */
function inOwnCode(allocation: Allocation, { owner, unit }: Kin): Allocation {
  if (allocation.way !== "allocated") return allocation;
  const own = new Set([...(owner === null ? [] : [owner]), ...unit].map(hostClass));
  const line = [allocation.line!, ...allocation.callers].find(({ class: name }) => own.has(name));
  return line ? { ...allocation, line } : allocation;
}

/** The line with the most votes; where two are level, samples of any way break the tie. */
function mostNamed(among: readonly Allocation[], all: readonly Allocation[]): Omit<NamedLine, "samples"> | undefined {
  const key = ({ line }: Allocation) => `${line!.class}.${line!.method}:${line!.line}`;
  const count = (list: readonly Allocation[]) => {
    const votes = new Map<string, number>();
    for (const allocation of list) votes.set(key(allocation), (votes.get(key(allocation)) ?? 0) + 1);
    return votes;
  };
  const [votes, anyVotes] = [count(among), count(all)];
  const leader = [...votes].sort((a, b) => b[1] - a[1] || anyVotes.get(b[0])! - anyVotes.get(a[0])! || (a[0] < b[0] ? -1 : 1))[0];
  if (!leader) return undefined;
  const own = among.filter((allocation) => key(allocation) === leader[0]);
  const placed = own.find((allocation) => allocation.vertexName !== null) ?? own[0]!;
  return {
    line: own[0]!.line!,
    way: own[0]!.way,
    constructed: own[0]!.constructed,
    votes: anyVotes.get(leader[0])!,
    vertexName: placed.vertexName,
    position: placed.position,
    isInCheckpoint: own[0]!.isInCheckpoint,
  };
}

const outermost = (name: string) => name.replace(/(?<=.)\$.*$/, "");
