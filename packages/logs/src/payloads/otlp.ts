import type { LogLevel } from "@heaptide/model";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { rootCauseIn } from "../stack-trace.ts";
import { eachField } from "./loki.ts";
import { originOf, recordOf, type ShippedRecord } from "./shipped.ts";

/**
 * Format: OpenTelemetry's ExportLogsServiceRequest by HTTP, as protobuf or JSON. Written by OpenTelemetry SDKs, the Collector, Vector and Fluent Bit.
 * Layout: opentelemetry-proto/opentelemetry/proto/{collector/logs/v1/logs_service,logs/v1/logs,common/v1/common}.proto, and the JSON mapping of
 * opentelemetry.io/docs/specs/otlp (64-bit numbers are text, enums are numbers).
 */
interface OtlpRecord {
  timeUnixNano?: string | number;
  observedTimeUnixNano?: string | number;
  severityNumber?: number;
  severityText?: string;
  body?: Json;
  attributes?: KeyValue[];
}
interface KeyValue {
  key: string;
  value?: Json;
}
type Json = Readonly<Record<string, unknown>>;
interface ResourceLogs {
  resource?: { attributes?: KeyValue[] };
  scopeLogs?: { scope?: { name?: string }; logRecords?: OtlpRecord[] }[];
}

/** @throws SyntaxError for a document that is none */
export function readOtlpJson(body: unknown): ShippedRecord[] {
  const { resourceLogs } = (body ?? {}) as { resourceLogs?: unknown };
  if (!Array.isArray(resourceLogs)) throw new SyntaxError("resourceLogs are missing");
  return (resourceLogs as ResourceLogs[]).flatMap(shippedIn);
}

/** @throws for bytes that are no such message */
export function readOtlpProtobuf(bytes: Uint8Array): ShippedRecord[] {
  const all: ResourceLogs[] = [];
  eachField(new BinaryReader(bytes), (field, reader) => field === 1 && all.push(readResourceLogs(reader.bytes())) > 0);
  return all.flatMap(shippedIn);
}

function shippedIn({ resource, scopeLogs = [] }: ResourceLogs): ShippedRecord[] {
  const about = fieldsOf(resource?.attributes);
  return scopeLogs.flatMap(({ scope, logRecords = [] }) =>
    logRecords.map((record) => {
      const own = fieldsOf(record.attributes);
      const read = recordOf(String(valueOf(record.body)));
      const nanos = Number(record.timeUnixNano ?? 0) || Number(record.observedTimeUnixNano ?? 0);
      const trace = own["exception.stacktrace"];
      const cause = typeof trace === "string" ? rootCauseIn(trace.split("\n")) : null;
      const type = own["exception.type"];
      return {
        origin: originOf({ ...own, ...about }),
        record: {
          ...read,
          at: read.at ?? (nanos > 0 ? Math.floor(nanos / 1e6) : null),
          level: levelOf(record.severityNumber ?? 0) ?? read.level,
          logger: read.logger ?? (scope?.name || null),
          throwable: cause?.class ?? (typeof type === "string" ? type : read.throwable),
          ...(cause?.frame != null && { frame: cause.frame }),
        },
      };
    }),
  );
}

/** 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal; 0 says nothing. */
function levelOf(severity: number): LogLevel | null {
  const levels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];
  return severity < 1 ? null : levels[Math.min(5, Math.floor((severity - 1) / 4))]!;
}

function fieldsOf(attributes: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: Json | undefined): string | number | boolean {
  if (value === undefined) return "";
  const plain = value["stringValue"] ?? value["boolValue"] ?? value["doubleValue"];
  if (typeof plain === "string" || typeof plain === "number" || typeof plain === "boolean") return plain;
  return value["intValue"] === undefined ? JSON.stringify(value) : Number(value["intValue"]);
}

function readResourceLogs(bytes: Uint8Array): ResourceLogs {
  const read: Required<ResourceLogs> = { resource: { attributes: [] }, scopeLogs: [] };
  eachField(new BinaryReader(bytes), (field, reader) => {
    if (field === 1) read.resource = { attributes: readAttributes(reader.bytes(), 1) };
    else if (field === 2) read.scopeLogs.push(readScopeLogs(reader.bytes()));
    else return false;
    return true;
  });
  return read;
}

function readScopeLogs(bytes: Uint8Array): NonNullable<ResourceLogs["scopeLogs"]>[number] {
  const read: { scope: { name: string }; logRecords: OtlpRecord[] } = { scope: { name: "" }, logRecords: [] };
  eachField(new BinaryReader(bytes), (field, reader) => {
    if (field === 1)
      eachField(new BinaryReader(reader.bytes()), (inner, scope) => inner === 1 && ((read.scope.name = scope.string()), true));
    else if (field === 2) read.logRecords.push(readRecord(reader.bytes()));
    else return false;
    return true;
  });
  return read;
}

function readRecord(bytes: Uint8Array): OtlpRecord {
  const attributes: KeyValue[] = [];
  const read: OtlpRecord = { attributes };
  eachField(new BinaryReader(bytes), (field, reader) => {
    if (field === 1) read.timeUnixNano = String(reader.fixed64());
    else if (field === 11) read.observedTimeUnixNano = String(reader.fixed64());
    else if (field === 2) read.severityNumber = reader.int32();
    else if (field === 3) read.severityText = reader.string();
    else if (field === 5) read.body = readAny(reader.bytes());
    else if (field === 6) attributes.push(readKeyValue(reader.bytes()));
    else return false;
    return true;
  });
  return read;
}

function readAttributes(bytes: Uint8Array, at: number): KeyValue[] {
  const attributes: KeyValue[] = [];
  eachField(new BinaryReader(bytes), (field, reader) => field === at && attributes.push(readKeyValue(reader.bytes())) > 0);
  return attributes;
}

function readKeyValue(bytes: Uint8Array): KeyValue {
  const read: KeyValue = { key: "" };
  eachField(new BinaryReader(bytes), (field, reader) => {
    if (field === 1) read.key = reader.string();
    else if (field === 2) read.value = readAny(reader.bytes());
    else return false;
    return true;
  });
  return read;
}

/** Lists and maps are kept as the text that they are made of: nothing here looks into them. */
function readAny(bytes: Uint8Array): Json {
  let value: Json = {};
  eachField(new BinaryReader(bytes), (field, reader) => {
    if (field === 1) value = { stringValue: reader.string() };
    else if (field === 2) value = { boolValue: reader.bool() };
    else if (field === 3) value = { intValue: String(reader.int64()) };
    else if (field === 4) value = { doubleValue: reader.double() };
    else return false;
    return true;
  });
  return value;
}
