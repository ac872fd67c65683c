/** Reading Java's binary class names (`a.b.Outer$Inner[]`), as histograms and recordings print them. */

/** Without what differs between two loads of the same class: `Foo$$Lambda$14/0x00007f..@1`, `Foo$$Lambda/0x..` and a recording's `Foo$$Lambda$14+0x00007f...668352503` become `Foo$$Lambda`. */
export function plainName(name: string): string {
  if (!name.includes("$$") && !name.includes("0x")) return name;
  return name.replace(/\$\$Lambda(\$\d+)?([/+.](0x)?[0-9a-f]+)*/i, "$$$$Lambda").replace(/[/+]0x[0-9a-f.]+/gi, "");
}

export const isArray = (name: string): boolean => name.endsWith("[]");

/** Of the JDK, or a primitive; arrays count as what they hold. */
export function isJdk(name: string): boolean {
  const element = name.replace(/(\[\])+$/, "");
  return !element.includes(".")
    ? /^(byte|char|short|int|long|float|double|boolean)$/.test(element)
    : /^(java|javax|jdk|sun|com\.sun)\./.test(element);
}

/** The class in whose source a lambda is written; itself for any other. */
export const hostClass = (name: string): string => name.replace(/\$\$Lambda.*$/, "");

export const isFlink = (name: string): boolean => name.startsWith("org.apache.flink.");

/**
 * What only carries other things: arrays, strings, boxes, collections and their nodes, locks, references. Never named as a culprit while anything
 * else grows with it.
 */
export function isContainer(name: string): boolean {
  if (isArray(name)) return true;
  if (!isJdk(name)) return false;
  if (/^java\.lang\.(String|Object|Integer|Long|Short|Byte|Character|Boolean|Float|Double|Enum)$/.test(name)) return true;
  if (/^java\.lang\.(ref|invoke|reflect)\.|^java\.util\.concurrent\.(locks|atomic)\.|^jdk\.internal\.ref\./.test(name)) return true;
  if (/Cleaner|Cleanable|Deallocator|\$\$Lambda|^java\.security\.|^java\.math\.|^java\.time\./.test(name)) return true;
  return name.startsWith("java.util.") && !/Timer|Executor|ForkJoin|Scanner|ThreadPool|\.jar\.|\.zip\./.test(name);
}

/** A chain's or a group's nodes of libraries that are made to be bounded: a map in order of access, and well-known caches. */
export const isBoundedCacheNode = (name: string): boolean =>
  /^java\.util\.LinkedHashMap\$|(^|\.)(caffeine|ehcache|cache2k)\.|LocalCache\$|Lru|LRU/.test(name);

export const simpleName = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

export const packageOf = (name: string): string => (name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "");

/** `a.Outer$Inner$1` -> `a.Outer`. A leading `$` belongs to the name. */
export function outermostClass(name: string): string {
  const dollar = name.indexOf("$", name.lastIndexOf(".") + 2);
  return dollar < 0 ? name : name.slice(0, dollar);
}

/** Public classes live in a file of their own name; null where the name is no name in source. */
export function fileOf(name: string): string | null {
  const simple = simpleName(outermostClass(name));
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(simple) ? `${simple}.java` : null;
}
