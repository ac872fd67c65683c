import type { Holder, OldObject, Reference } from "@heaptide/model";
import { isArray, isContainer, isJdk, plainName, simpleName } from "../growth/class-names.ts";
import { threadPattern } from "./threads.ts";

/** What keeps one object alive, the growing class at the border, and the classes passed on the way there. */
export interface Hold {
  readonly holder: Holder;
  /** The pattern of the names of the threads at the root; null where it is none. */
  readonly threads: string | null;
  /** The outermost class of the group on the chain that is not a container: null where the chain passes none. */
  readonly outermost: string | null;
  readonly passed: readonly string[];
}

/**
 * Walks from the object outwards to the first holder that does not itself grow: a static (beyond it, a thread or a loader only misleads), a thread's
 * local, a field of a class that is no JDK's, else the thread or whatever the root is.
 * @returns null where the recording has no way to a root
 */
export function holdOf(object: OldObject, isGrowing: (name: string) => boolean): Hold | null {
  const passed: string[] = [];
  let collection: { name: string; size: number | null } | undefined;
  let outermost = isContainer(plainName(object.class)) ? null : plainName(object.class);
  const threads = threadOf(object);
  const found = (kind: Holder["kind"], owner: string | null, field: string | null): Hold => {
    const parts = { kind, owner, field, collection: collection?.name ?? null, size: collection?.size ?? null };
    return { holder: { ...parts, description: describe(parts, threads) }, threads, outermost, passed };
  };

  for (const step of object.chain) {
    const name = plainName(step.class);
    const classOfStatic = /Class Name: ([^\s,]+)/.exec(step.description ?? "")?.[1];
    if (step.static || (name === "java.lang.Class" && classOfStatic)) return found("static", classOfStatic ?? name, step.field);
    if (/^java\.lang\.ThreadLocal\$ThreadLocalMap$/.test(name)) return found("thread-local", "java.lang.ThreadLocal", step.field);
    if (isGrowing(name)) {
      if (!isContainer(name)) outermost = name;
    } else if (!isJdk(name) && !isTableOfNodes(passed.at(-1))) return found("field", name, step.field);
    if (isCollection(name) || (!isJdk(name) && isTableOfNodes(passed.at(-1)))) collection = { name, size: sizeOf(step) };
    passed.push(name);
  }
  if (threads !== null) return found("thread", "java.lang.Thread", null);
  return object.root ? found("other", null, null) : null;
}

/** The hold that most objects agree on, with the largest size that any of them reports. */
export function commonHold(holds: readonly Hold[]): { hold: Hold; votes: number } | null {
  const byHolder = Map.groupBy(
    holds,
    ({ holder, threads }) => `${holderKey(holder)} ${holder.kind === "field" || holder.kind === "static" ? "" : threads}`,
  );
  const leader = [...byHolder.values()].sort((a, b) => b.length - a.length)[0];
  if (!leader) return null;
  const sizes = leader.flatMap(({ holder }) => holder.size ?? []);
  const { holder } = leader.find((hold) => hold.holder.collection !== null) ?? leader[0]!;
  const sized = { ...holder, size: sizes.length > 0 ? Math.max(...sizes) : null };
  return { hold: { ...leader[0]!, holder: { ...sized, description: describe(sized, leader[0]!.threads) } }, votes: leader.length };
}

export const holderKey = ({ kind, owner, field }: Holder): string => `${kind} ${owner} ${field}`;

function describe({ kind, owner, field, collection, size }: Omit<Holder, "description">, threads: string | null): string {
  const what = collection ? ` (${simpleName(collection)}${size === null ? "" : `, ${size} elements`})` : "";
  const where = `${owner === null ? "" : simpleName(owner)}${field === null ? "" : `.${field}`}`;
  switch (kind) {
    case "static":
      return `static field ${where}${what}`;
    case "field":
      return `field ${where}${what}`;
    case "thread":
      return `threads named ${threads ?? "?"}${what}`;
    case "thread-local":
      return `a thread local of the threads named ${threads ?? "?"}${what}`;
    case "class-loader":
      return `class loader ${where}`;
    case "other":
      return `a root that the recording does not name${what}`;
  }
}

function threadOf({ root }: OldObject): string | null {
  const name = /Thread Name: (.+?)(?:, |$)/.exec(root?.description ?? "")?.[1];
  return name ? threadPattern(name) : null;
}

const isCollection = (name: string): boolean =>
  isContainer(name) && !isArray(name) && name.startsWith("java.util.") && (!name.includes("$") || /(Queue|Deque|Map|Set|List)$/.test(name));

/** Somebody's own class whose field holds a table of the JDK's nodes is a collection itself: it extends one. */
const isTableOfNodes = (name: string | undefined): boolean => /^java\.util\.\S+\$(Node|Entry)\[\]$/.test(name ?? "");

function sizeOf(step: Reference): number | null {
  const size = /Size: (\d+)/.exec(step.description ?? "")?.[1];
  return size === undefined ? null : Number(size);
}
