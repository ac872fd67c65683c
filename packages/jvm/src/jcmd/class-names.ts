const PRIMITIVES: Readonly<Record<string, string>> = {
  Z: "boolean",
  B: "byte",
  C: "char",
  S: "short",
  I: "int",
  J: "long",
  F: "float",
  D: "double",
};

/**
 * A class as the JVM names it, as Java source writes it: `[[I` -> `int[][]`, `[Ljava.util.HashMap$Node;` -> `java.util.HashMap$Node[]`.
 * Others stay as they are, hidden classes too (`Job$$Lambda/0x00007f1c3c0a1000`, `Job$$Lambda$14/0x...` up to JDK 20): their address is
 * no name, but what stands before it is.
 */
export function sourceName(vmName: string): string {
  const dimensions = /^\[*/.exec(vmName)![0].length;
  if (dimensions === 0) return vmName;
  const element = vmName.slice(dimensions);
  const name = element.startsWith("L") && element.endsWith(";") ? element.slice(1, -1) : PRIMITIVES[element];
  return name === undefined ? vmName : name + "[]".repeat(dimensions);
}
