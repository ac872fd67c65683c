import type { Chunk } from "../chunk.ts";
import { numberIn, type Struct, type Value } from "../values.ts";

const PRIMITIVES: Readonly<Record<string, string>> = {
  B: "byte",
  C: "char",
  D: "double",
  F: "float",
  I: "int",
  J: "long",
  S: "short",
  Z: "boolean",
};

/**
 * A class name as Java source writes it: `java/util/HashMap$Node` -> `java.util.HashMap$Node`, `[[B` -> `byte[][]`,
 * `[Ljava/lang/String;` -> `java.lang.String[]`. Source: JVM specification, 4.3.2.
 */
function javaClassName(internal: string): string {
  const dimensions = internal.search(/[^[]/);
  if (dimensions <= 0) return internal.replaceAll("/", ".");
  const element = internal.slice(dimensions);
  const name =
    element.startsWith("L") && element.endsWith(";") ? element.slice(1, -1).replaceAll("/", ".") : (PRIMITIVES[element] ?? element);
  return name + "[]".repeat(dimensions);
}

/** Names of what the keys in one chunk's events and pools stand for. */
export interface Names {
  /** null where the recording does not know the class. */
  className(key: number): string | null;
  /** Whether the class is hidden, as those behind lambdas are. */
  hiddenClass(key: number): boolean;
  /** Class name of the class loader of a class; null for the bootstrap loader and where unknown. */
  loaderOf(classKey: number): string | null;
  /** What `Thread.getName()` said, or the operating system's name for threads that are not Java's; null where unknown. */
  threadName(key: number): string | null;
  /** The text of a field that holds a string, or the key of a type that is nothing but one. */
  text(struct: Struct, field: string, pool: string): string | null;
}

interface ClassNames {
  readonly name: string | null;
  readonly hidden: boolean;
  readonly loader: number;
}

const NO_CLASS: ClassNames = { name: null, hidden: false, loader: 0 };

export function namesOf({ pools }: Chunk): Names {
  const classes = new Map<number, ClassNames>();
  const text: Names["text"] = (struct, field, pool) => {
    const value = struct.get(field);
    return typeof value === "number" ? onlyText(pools.struct(pool, value)) : asText(value);
  };
  const classOf = (key: number): ClassNames => {
    const known = classes.get(key);
    if (known) return known;
    const struct = pools.struct("java.lang.Class", key);
    const internal = struct && text(struct, "name", "jdk.types.Symbol");
    const found = struct
      ? {
          name: internal === null ? null : javaClassName(internal),
          hidden: numberIn(struct, "hidden") !== 0,
          loader: numberIn(struct, "classLoader"),
        }
      : NO_CLASS;
    classes.set(key, found);
    return found;
  };
  return {
    text,
    className: (key) => classOf(key).name,
    hiddenClass: (key) => classOf(key).hidden,
    loaderOf(classKey) {
      const loader = pools.struct("jdk.types.ClassLoader", classOf(classKey).loader);
      return loader && classOf(numberIn(loader, "type")).name;
    },
    threadName(key) {
      const thread = pools.struct("java.lang.Thread", key);
      return thread && (asText(thread.get("javaName")) || asText(thread.get("osName")) || null);
    },
  };
}

/** Symbols, root types and the like are structs of one string. */
function onlyText(struct: Struct | null): string | null {
  for (const value of struct?.values ?? []) return asText(value);
  return null;
}

function asText(value: Value | undefined): string | null {
  return typeof value === "string" ? value : null;
}
