import { addressOf, nameOf } from "../analysis/paths.ts";
import type { Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { OBJECT_TYPE } from "../records/tags.ts";

/** An object inside of a query. */
export class Reference {
  readonly object: Ordinal;

  constructor(object: Ordinal) {
    this.object = object;
  }
}

export type Value = number | string | boolean | null | Reference;
/** What needs the file comes later; what does not, at once: a query over the index alone awaits nothing. */
export type Eventually<T> = T | Promise<T>;

/** A value in an answer. Strings of the heap come with their text. */
export type Answer = number | string | boolean | null | { readonly address: string; readonly class: string; readonly text?: string };

const STRING_CLASS = "java.lang.String";
const BOOLEAN = 4;
const CHAR = 5;

export function andThen<T, U>(value: Eventually<T>, use: (value: T) => Eventually<U>): Eventually<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** A primitive or a reference as the dump has it; null for null and for what the dump does not have. */
export function valueOf(reader: ObjectReader, type: number, raw: number): Value {
  if (type === BOOLEAN) return raw !== 0;
  if (type === CHAR) return String.fromCharCode(raw);
  if (type !== OBJECT_TYPE) return raw;
  const object = raw === 0 ? null : reader.index.at(raw);
  return object === null ? null : new Reference(object);
}

/** What is compared: of a string of the heap its text. */
export function comparable(reader: ObjectReader, value: Value): Eventually<Value> {
  return value instanceof Reference && reader.index.className(value.object) === STRING_CLASS ? reader.text(value.object) : value;
}

export function answerOf(reader: ObjectReader, value: Value): Eventually<Answer> {
  if (!(value instanceof Reference)) return value;
  const { index } = reader;
  const object = { address: addressOf(index, value.object), class: nameOf(index, value.object) };
  if (index.className(value.object) !== STRING_CLASS) return object;
  return reader.text(value.object).then((text) => (text === null ? object : { ...object, text }));
}
