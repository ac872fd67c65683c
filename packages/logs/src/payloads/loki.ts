import { BinaryReader } from "@bufbuild/protobuf/wire";
import { originOf, recordOf, type ShippedRecord } from "./shipped.ts";

/**
 * Format: Loki's push request, as JSON or as protobuf (after snappy is undone). Written by Promtail, Grafana Alloy, Fluent Bit and Vector.
 * Layout: grafana.com/docs/loki/latest/reference/loki-http-api, pkg/push/push.proto: PushRequest { streams = 1 { labels = 1, entries = 2 { timestamp = 1 { seconds = 1,
 * nanos = 2 }, line = 2, structuredMetadata = 3 { name = 1, value = 2 } } } }. Times are those of the shipper: a line's own time goes before.
 */
export function readLokiJson(body: unknown): ShippedRecord[] {
  const streams = (body as { streams?: unknown } | null)?.streams;
  if (!Array.isArray(streams)) throw new SyntaxError("streams are missing");
  return streams.flatMap((stream: { stream?: Record<string, string>; values?: unknown[] }) =>
    (stream.values ?? []).flatMap((value) => {
      const [nanos, line, metadata] = value as [string, string, Record<string, string>?];
      return typeof line === "string" ? [entryOf({ ...stream.stream, ...metadata }, Number(nanos) / 1e6, line)] : [];
    }),
  );
}

/** @throws RangeError and the like for bytes that are no such message */
export function readLokiProtobuf(bytes: Uint8Array): ShippedRecord[] {
  const records: ShippedRecord[] = [];
  eachField(new BinaryReader(bytes), (field, reader) => field === 1 && readStream(new BinaryReader(reader.bytes()), records));
  return records;
}

function readStream(stream: BinaryReader, records: ShippedRecord[]): true {
  let labels: Record<string, string> = {};
  const entries: { at: number; line: string; metadata: Record<string, string> }[] = [];
  eachField(stream, (field, reader) => {
    if (field === 1) labels = labelsIn(reader.string());
    else if (field === 2) entries.push(readEntry(new BinaryReader(reader.bytes())));
    else return false;
    return true;
  });
  for (const { at, line, metadata } of entries) records.push(entryOf({ ...labels, ...metadata }, at, line));
  return true;
}

function readEntry(entry: BinaryReader): { at: number; line: string; metadata: Record<string, string> } {
  const read = { at: 0, line: "", metadata: {} as Record<string, string> };
  eachField(entry, (field, reader) => {
    if (field === 1) read.at = readTimestamp(new BinaryReader(reader.bytes()));
    else if (field === 2) read.line = reader.string();
    else if (field === 3) {
      const [name, value] = readPair(new BinaryReader(reader.bytes()));
      read.metadata[name] = value;
    } else return false;
    return true;
  });
  return read;
}

function readTimestamp(timestamp: BinaryReader): number {
  let at = 0;
  eachField(timestamp, (field, reader) => {
    if (field === 1) at += Number(reader.int64()) * 1000;
    else if (field === 2) at += reader.int32() / 1e6;
    else return false;
    return true;
  });
  return at;
}

function readPair(pair: BinaryReader): [string, string] {
  const read: [string, string] = ["", ""];
  eachField(pair, (field, reader) => {
    if (field !== 1 && field !== 2) return false;
    read[field - 1] = reader.string();
    return true;
  });
  return read;
}

/** Calls `take` for each field; what it does not take (false) is skipped, so that a newer sender is understood. */
export function eachField(reader: BinaryReader, take: (field: number, reader: BinaryReader) => boolean): void {
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (!take(field, reader)) reader.skip(type, field);
  }
}

function entryOf(labels: Record<string, string>, at: number, line: string): ShippedRecord {
  const record = recordOf(line);
  return { origin: originOf(labels), record: { ...record, at: record.at ?? (at > 0 ? Math.floor(at) : null) } };
}

/** `{app="flink", host="a"}` */
function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)) labels[name!] = value!.replaceAll(/\\(.)/g, "$1");
  return labels;
}
