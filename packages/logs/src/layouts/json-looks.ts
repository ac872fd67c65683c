import { levelOf, type LogRecord } from "../record.ts";
import type { TimeZone } from "../time-zone.ts";
import { isObject, type Json, rootCauseOf, timeFrom } from "./json-values.ts";

/** One value of an object, however deep, with its name. */
interface Leaf {
  readonly name: string;
  readonly value: unknown;
}

const DEEPEST = 3;
const MOST = 60;
const NAMED = {
  time: /time|date|instant|epoch|when|(?:^|[._@])(?:ts|t|at)$/i,
  thread: /thr/i,
  message: /me?s?sa?ge?|text|event|body|descr/i,
} as const;
const LOGGER = /^(?:[\w$-]+\.)+[\w$]+$/;

/**
 * The record in an object whose fields carry names that nobody knows, as templates of one's own give them: the level is a word that is one, the time reads as one and is called so,
 * the stack trace has frames, the logger is a name with dots, and the message is what is called so, or the longest text of what is left.
 * @returns `undefined` for an object without a level, a time and a message: then it is no log event
 */
export function recordByLooks(object: Json, zone: TimeZone): LogRecord | undefined {
  const left = leavesOf(object);
  const level = taken(left, ({ value }) => (typeof value === "string" ? levelOf(value) : undefined));
  const at = taken(left, ({ name, value }) =>
    typeof value === "string" || NAMED.time.test(name) ? (timeFrom(value, zone) ?? undefined) : undefined,
  );
  if (level === undefined || at === undefined) return undefined;
  const cause = taken(left, ({ value }) => (hasFrames(value) ? rootCauseOf(value) : undefined));
  const thread = taken(left, ({ name, value }) => (NAMED.thread.test(name) && typeof value === "string" ? value : undefined));
  const message = messageIn(left);
  if (message === undefined) return undefined;
  const logger = taken(left, ({ value }) => (typeof value === "string" && value !== message && LOGGER.test(value) ? value : undefined));
  const { class: throwable = null, frame = null } = cause ?? {};
  return { at, level, logger: logger ?? null, thread: thread ?? null, message, throwable, ...(frame !== null && { frame }) };
}

function messageIn(leaves: readonly Leaf[]): string | undefined {
  const texts = leaves.flatMap(({ name, value }) => (typeof value === "string" && value !== "" ? [{ name, value }] : []));
  const called = texts.find(({ name }) => NAMED.message.test(name));
  const prose = texts.filter(({ value }) => !LOGGER.test(value)).toSorted((a, b) => b.value.length - a.value.length);
  return (called ?? prose[0] ?? texts[0])?.value;
}

/** What the first leaf gives that gives anything; that leaf is not among the others any more. */
function taken<T>(leaves: Leaf[], from: (leaf: Leaf) => T | undefined): T | undefined {
  for (const [place, leaf] of leaves.entries()) {
    const found = from(leaf);
    if (found === undefined) continue;
    leaves.splice(place, 1);
    return found;
  }
  return undefined;
}

function hasFrames(value: unknown): boolean {
  const lines = typeof value === "string" ? value.split("\n") : Array.isArray(value) ? value : [];
  return lines.some((line) => typeof line === "string" && /^\s+at \S+\(/.test(line));
}

/** Lists are one value: a stack trace may be one. An `instant` of log4j's is one, too. */
function leavesOf(object: Json, prefix = "", depth = 1): Leaf[] {
  return Object.entries(object)
    .slice(0, MOST)
    .flatMap(([name, value]) =>
      isObject(value) && !("epochSecond" in value) && depth < DEEPEST
        ? leavesOf(value, `${prefix}${name}.`, depth + 1)
        : [{ name: prefix + name, value }],
    )
    .slice(0, MOST);
}
