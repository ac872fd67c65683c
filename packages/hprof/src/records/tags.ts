/** Tags of records, of sub-records and of types: openjdk/jdk:src/hotspot/share/services/heapDumper.cpp. */
export const TAG = {
  name: 0x01,
  loadClass: 0x02,
  frame: 0x04,
  trace: 0x05,
  heapDump: 0x0c,
  heapDumpSegment: 0x1c,
  heapDumpEnd: 0x2c,
} as const;

/** Beyond these a byte where a record should begin is none. */
export const KNOWN_TAGS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x1c, 0x2c]);

export const SUB = { classDump: 0x20, instance: 0x21, objectArray: 0x22, primitiveArray: 0x23 } as const;

export const OBJECT_TYPE = 2;

/** By type code. */
export const TYPE_NAMES: readonly string[] = ["", "", "object", "", "boolean", "char", "float", "double", "byte", "short", "int", "long"];

/** Bytes of a value in the dump. */
export function typeSize(type: number, idSize: number): number {
  return type === OBJECT_TYPE ? idSize : 1 << (type & 3);
}

/** How a root is called, by its sub-record's tag; others are Android's. */
export const ROOT_KINDS: Readonly<Record<number, string>> = {
  0xff: "unknown",
  0x01: "JNI global",
  0x02: "JNI local",
  0x03: "Java local",
  0x04: "native stack",
  0x05: "system class",
  0x06: "thread block",
  0x07: "monitor",
  0x08: "thread",
  0x89: "interned string",
  0x8a: "finalizing",
  0x8b: "debugger",
  0x8c: "reference cleanup",
  0x8d: "VM internal",
  0x8e: "JNI monitor",
  0x90: "unreachable",
};
