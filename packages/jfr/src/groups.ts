import type { OldObject } from "./views/old-objects.ts";
import type { StackFrame } from "./views/stacks.ts";
import type { ThreadStarted } from "./views/thread-starts.ts";

/** Old objects that one line allocated and one root keeps. */
export interface OldObjectGroup {
  readonly count: number;
  /** Sampled objects' own bytes; null where the recording has no sizes. */
  readonly bytes: number | null;
  readonly stack: readonly StackFrame[];
  /** What keeps them: `shop.Cart.KEPT` for a static field, else the kind of root; null where the dump did not look for paths. */
  readonly root: string | null;
  /** Most frequent first. */
  readonly classes: readonly { readonly class: string; readonly count: number }[];
}

/** Threads that were started at one place. */
export interface ThreadStartGroup {
  readonly count: number;
  readonly stack: readonly StackFrame[];
  /** Name of the first and of the last one. */
  readonly first: string;
  readonly last: string;
}

/**
 * The most samples first, by bytes among equals. Samples are taken by bytes allocated, so their number, not the size of those that happened to be
 * picked, tells how much of what survives a stack has made.
 */
export function groupOldObjects(objects: readonly OldObject[], stacks: readonly StackFrame[][]): OldObjectGroup[] {
  const groups = Map.groupBy(objects, (object) => JSON.stringify([object.stack, rootOf(object)]));
  return [...groups.values()]
    .map((members) => ({
      count: members.length,
      bytes: members.reduce<number | null>((sum, { size }) => (sum === null || size === null ? null : sum + size), 0),
      stack: stacks[members[0]!.stack] ?? [],
      root: rootOf(members[0]!),
      classes: [...Map.groupBy(members, (object) => object.class)]
        .map(([name, same]) => ({ class: name, count: same.length }))
        .sort((a, b) => b.count - a.count),
    }))
    .sort((a, b) => b.count - a.count || (b.bytes ?? 0) - (a.bytes ?? 0));
}

/** Where most threads were started first. */
export function groupThreadStarts(starts: readonly ThreadStarted[], stacks: readonly StackFrame[][]): ThreadStartGroup[] {
  return [...Map.groupBy(starts, (start) => start.stack)]
    .map(([stack, members]) => ({
      count: members.length,
      stack: stacks[stack] ?? [],
      first: members[0]!.thread,
      last: members.at(-1)!.thread,
    }))
    .sort((a, b) => b.count - a.count);
}

/**
 * What keeps an object: the static field nearest to it, since what lies beyond (its class's loader, a thread) keeps everything; else the root
 * itself, with the class that hangs on it.
 */
function rootOf({ chain, root }: OldObject): string | null {
  const field = chain.find((reference) => reference.static);
  if (field) return `${field.description?.replace(/^Class Name: /, "") ?? field.class}.${field.field}`;
  if (!root) return null;
  const kind = [root.system, root.type, root.description].filter((part) => part !== null && part !== "<unknown>").join(", ");
  const outermost = chain.at(-1);
  return outermost ? `${outermost.class} (${kind})` : kind;
}

const PLATFORM_LOADER = "jdk.internal.loader.ClassLoaders$PlatformClassLoader";
const JDK_PACKAGE = /^(?:javax?|jdk|sun|com\.sun)\./;

/**
 * The frame of user code nearest to the top: not the JDK's by loader or package, not hidden, with a line. Frameworks and libraries count as
 * user code here: to tell them apart takes more than a recording knows. @returns its index; -1 where all is the JDK's
 */
export function userFrame(stack: readonly StackFrame[]): number {
  return stack.findIndex(
    (frame) =>
      frame.loader !== null && frame.loader !== PLATFORM_LOADER && !frame.hidden && frame.line > 0 && !JDK_PACKAGE.test(frame.class),
  );
}
