import type { Chunk } from "../chunk.ts";
import { numberIn, Struct, type Value } from "../values.ts";
import type { Names } from "./names.ts";

/** One frame, innermost first in a stack. */
export interface StackFrame {
  readonly class: string;
  readonly method: string;
  /** -1 where the recording has none. */
  readonly line: number;
  /** Class name of the class loader; null for the bootstrap loader or where unknown. */
  readonly loader: string | null;
  /** A hidden class (a lambda's) or a method that stack traces leave out. */
  readonly hidden: boolean;
}

const STACK_POOL = "jdk.types.StackTrace";
const METHOD_POOL = "jdk.types.Method";
const NO_STACK = -1;

/** The different stacks of a recording. Keys of stacks are a chunk's own, so equal stacks of different chunks are found by their frames. */
export class StackTable {
  readonly stacks: StackFrame[][] = [];
  readonly #ordinals = new Map<string, number>();

  /** For one chunk: from the key of a stack to its ordinal in `stacks`; -1 for no stack, and where the recording has lost it. */
  resolver(chunk: Chunk, names: Names): (key: number) => number {
    const known = new Map<number, number>();
    return (key) => {
      let ordinal = known.get(key);
      if (ordinal === undefined) known.set(key, (ordinal = this.#add(framesOf(chunk, names, key))));
      return ordinal;
    };
  }

  #add(frames: StackFrame[]): number {
    if (frames.length === 0) return NO_STACK;
    const content = JSON.stringify(frames);
    const known = this.#ordinals.get(content);
    if (known !== undefined) return known;
    this.#ordinals.set(content, this.stacks.length);
    return this.stacks.push(frames) - 1;
  }
}

function framesOf(chunk: Chunk, names: Names, key: number): StackFrame[] {
  const frames = chunk.pools.struct(STACK_POOL, key)?.get("frames");
  if (!Array.isArray(frames)) return [];
  return frames.flatMap((frame: Value) => (frame instanceof Struct ? (frameOf(chunk, names, frame) ?? []) : []));
}

function frameOf(chunk: Chunk, names: Names, frame: Struct): StackFrame | null {
  const method = chunk.pools.struct(METHOD_POOL, numberIn(frame, "method"));
  if (!method) return null;
  const type = numberIn(method, "type");
  const line = numberIn(frame, "lineNumber");
  return {
    class: names.className(type) ?? "unknown",
    method: names.text(method, "name", "jdk.types.Symbol") ?? "unknown",
    // 0 and below: native methods, and code without line numbers.
    line: line > 0 ? line : -1,
    loader: names.loaderOf(type),
    hidden: numberIn(method, "hidden") !== 0 || names.hiddenClass(type),
  };
}
