import type { PackedReader } from "./packed-reader.ts";

/*
 * Format: the metadata event of a JFR chunk: every type that events and pools of this chunk are made of.
 * Written by: HotSpot, JDK 11 and newer. Layout: openjdk/jdk, jdk/jfr/internal/MetadataReader.java.
 * A table of strings, then a tree of elements (`root` > `metadata` > `class` > `field`) whose names and attributes index that table.
 * Not supported: annotations and settings are read and dropped.
 */
const METADATA_TYPE = 0;
const EVENT_SUPER_TYPE = "jdk.jfr.Event";
/** The writer nests five deep. Whatever goes deeper was not written by it. */
const DEEPEST_ELEMENT = 16;

export interface FieldDeclaration {
  readonly name: string;
  readonly type: number;
  /** The value is a key into the pool of `type`. */
  readonly pooled: boolean;
  readonly array: boolean;
}

export interface TypeDeclaration {
  readonly id: number;
  readonly name: string;
  readonly event: boolean;
  readonly fields: readonly FieldDeclaration[];
}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
}

/**
 * Reads a metadata event; the reader stands on its first byte and ends with it.
 * @throws HeaptideError `MALFORMED_INPUT`
 */
export function readMetadata(reader: PackedReader): TypeDeclaration[] {
  reader.varint(); // size
  const type = reader.varint();
  if (type !== METADATA_TYPE) throw reader.malformed(`event type ${type} where the metadata should be`);
  reader.varint(); // start
  reader.varint(); // duration
  reader.varint(); // id of this version of the metadata
  const strings = readStrings(reader);
  const root = readElement(reader, strings, 0);
  const metadata = root.children.find((child) => child.name === "metadata");
  if (!metadata) throw reader.malformed("metadata without any types");
  return metadata.children.filter((child) => child.name === "class").map((element) => typeOf(element, reader));
}

function readStrings(reader: PackedReader): string[] {
  const strings: string[] = [];
  for (let left = reader.count(); left > 0; left--) strings.push(reader.string(() => null) ?? "");
  return strings;
}

function readElement(reader: PackedReader, strings: readonly string[], depth: number): Element {
  if (depth > DEEPEST_ELEMENT) throw reader.malformed(`elements nested more than ${DEEPEST_ELEMENT} deep`);
  const text = (): string => {
    const index = reader.varint();
    const found = strings[index];
    if (found === undefined) throw reader.malformed(`string ${index} of ${strings.length}`);
    return found;
  };
  const name = text();
  const attributes = new Map<string, string>();
  for (let left = reader.count(); left > 0; left--) {
    const key = text();
    attributes.set(key, text());
  }
  const children: Element[] = [];
  for (let left = reader.count(); left > 0; left--) children.push(readElement(reader, strings, depth + 1));
  return { name, attributes, children };
}

function typeOf({ attributes, children }: Element, reader: PackedReader): TypeDeclaration {
  return {
    id: numberAttribute(attributes, "id", reader),
    name: attributes.get("name") ?? "",
    event: attributes.get("superType") === EVENT_SUPER_TYPE,
    fields: children
      .filter((child) => child.name === "field")
      .map((field) => ({
        name: field.attributes.get("name") ?? "",
        type: numberAttribute(field.attributes, "class", reader),
        pooled: field.attributes.get("constantPool") === "true",
        array: Number(field.attributes.get("dimension") ?? 0) > 0,
      })),
  };
}

function numberAttribute(attributes: ReadonlyMap<string, string>, name: string, reader: PackedReader): number {
  const value = Number(attributes.get(name) ?? Number.NaN);
  if (!Number.isSafeInteger(value)) throw reader.malformed(`a type whose ${name} is ${JSON.stringify(attributes.get(name) ?? null)}`);
  return value;
}
