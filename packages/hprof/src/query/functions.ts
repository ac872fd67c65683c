import { addressOf, describePath, nameOf, shortestPath } from "../analysis/paths.ts";
import type { Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { type Eventually, Reference, type Value } from "./values.ts";

/** What a function does with an object. Anything but an object gives null. */
type ObjectFunction = (reader: ObjectReader, object: Ordinal) => Eventually<Value>;

/** To add one: a line here and one in the README. */
export const OBJECT_FUNCTIONS: Readonly<Record<string, ObjectFunction>> = {
  retained: ({ index }, object) => index.retained(object),
  shallow: ({ index }, object) => index.shallow(object),
  address: ({ index }, object) => addressOf(index, object),
  class: ({ index }, object) => nameOf(index, object),
  reach: ({ index }, object) => index.reach(object),
  dominator: ({ index }, object) => referenceTo(index.dominator(object)),
  /** `system class › class Shop › static CARTS java.util.HashMap › ...`. */
  path: async (reader, object) => {
    const path = shortestPath(reader.index, object);
    if (!path) return null;
    const { root, steps } = await describePath(reader, path);
    return [
      root,
      ...steps.map(({ class: name, by, repeated }) => `${by ? `${by.name} ` : ""}${name}${repeated > 1 ? ` ×${repeated}` : ""}`),
    ].join(" › ");
  },
  text: (reader, object) => reader.text(object),
  length: async (reader, object) => {
    const record = await reader.read(object, { count: 0 });
    return record?.kind === "objects" || record?.kind === "primitives" ? record.length : null;
  },
};

/** Over all objects that match, instead of a row for each. */
export const AGGREGATES = ["count", "sum", "min", "max", "avg"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export function isAggregate(name: string): name is Aggregate {
  return (AGGREGATES as readonly string[]).includes(name);
}

function referenceTo(object: Ordinal | null): Reference | null {
  return object === null ? null : new Reference(object);
}
