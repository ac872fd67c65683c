import type { ByteReader } from "@heaptide/base";
import { readClassDump } from "./class-dump.ts";
import { readId } from "./records.ts";
import { SUB, typeSize } from "./tags.ts";

/** Where a sub-record ends and, for an object, its id; null for a tag that nobody knows. */
export interface SubRecord {
  readonly tag: number;
  /** 0 for a root. */
  readonly id: number;
  readonly end: number;
}

const ROOT_EXTRA: Readonly<Record<number, "none" | "id" | "4" | "8">> = {
  0xff: "none",
  0x05: "none",
  0x07: "none",
  0x89: "none",
  0x8a: "none",
  0x8b: "none",
  0x8c: "none",
  0x8d: "none",
  0x90: "none",
  0x01: "id",
  0x02: "8",
  0x03: "8",
  0x08: "8",
  0x8e: "8",
  0x04: "4",
  0x06: "4",
  0xfe: "4",
};

/** Reads the head of the sub-record at which the reader stands; of a class dump all of it. @throws TRUNCATED_INPUT */
export function readSubRecord(reader: ByteReader, idSize: 4 | 8): SubRecord | null {
  const start = reader.offset;
  const tag = reader.u1();
  const extra = ROOT_EXTRA[tag];
  if (extra !== undefined)
    return { tag, id: 0, end: start + 1 + idSize + (extra === "id" ? idSize : extra === "none" ? 0 : Number(extra)) };
  if (tag === SUB.classDump) {
    reader.seek(start);
    return { tag, id: readClassDump(reader, idSize).id, end: reader.offset };
  }
  if (tag !== SUB.instance && tag !== SUB.objectArray && tag !== SUB.primitiveArray && tag !== 0xc3) return null;
  const id = readId(reader, idSize);
  reader.skip(4);
  if (tag === SUB.instance) {
    reader.skip(idSize);
    const length = reader.u4();
    return { tag, id, end: reader.offset + length };
  }
  const count = reader.u4();
  if (tag === SUB.objectArray) return { tag, id, end: reader.offset + idSize + count * idSize };
  const type = reader.u1();
  return { tag, id, end: reader.offset + (tag === 0xc3 ? 0 : count * typeSize(type, idSize)) };
}
