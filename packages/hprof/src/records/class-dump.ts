import type { ByteReader } from "@heaptide/base";
import { readId } from "./records.ts";
import { OBJECT_TYPE, typeSize } from "./tags.ts";

/** A class as the dump describes it. Values of references are ids, of anything else the number. */
export interface ClassDump {
  readonly id: number;
  readonly superId: number;
  readonly loaderId: number;
  readonly signersId: number;
  readonly domainId: number;
  readonly instanceSize: number;
  readonly constants: readonly number[];
  readonly statics: readonly StaticField[];
  /** Its own, not those of its super classes. */
  readonly fields: readonly FieldSpec[];
}

export interface FieldSpec {
  /** Id of the name. */
  readonly name: number;
  readonly type: number;
}

export interface StaticField extends FieldSpec {
  readonly value: number;
}

/** @param reader stands at the tag. @throws TRUNCATED_INPUT */
export function readClassDump(reader: ByteReader, idSize: 4 | 8): ClassDump {
  const id = (): number => readId(reader, idSize);
  const value = (type: number): number => (type === OBJECT_TYPE ? id() : readValue(reader, type, idSize));
  reader.skip(1);
  const classId = id();
  reader.skip(4);
  const superId = id();
  const loaderId = id();
  const signersId = id();
  const domainId = id();
  id();
  id();
  const instanceSize = reader.u4();
  const constants: number[] = [];
  for (let count = reader.u2(); count > 0; count--) {
    reader.skip(2);
    const type = reader.u1();
    const constant = value(type);
    if (type === OBJECT_TYPE) constants.push(constant);
  }
  const statics = Array.from({ length: reader.u2() }, () => {
    const name = id();
    const type = reader.u1();
    return { name, type, value: value(type) };
  });
  const fields = Array.from({ length: reader.u2() }, () => ({ name: id(), type: reader.u1() }));
  return { id: classId, superId, loaderId, signersId, domainId, instanceSize, constants, statics, fields };
}

/** A primitive value by its type code; booleans are 0 and 1, chars their code. An unknown type is skipped by the size that its code says. */
export function readValue(reader: ByteReader, type: number, idSize: 4 | 8): number {
  switch (type) {
    case OBJECT_TYPE:
      return readId(reader, idSize);
    case 4:
      return reader.u1();
    case 5:
      return reader.u2();
    case 6:
      return reader.f4();
    case 7:
      return reader.f8();
    case 8:
      return (reader.u1() << 24) >> 24;
    case 9:
      return (reader.u2() << 16) >> 16;
    case 10:
      return reader.i4();
    case 11:
      return reader.i8();
    default:
      reader.skip(typeSize(type, idSize));
      return 0;
  }
}
