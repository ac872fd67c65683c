import { originOf, recordIn, type ShippedRecord } from "./shipped.ts";

/**
 * Format: Elasticsearch's `_bulk`: lines of JSON, an action and its document in turn. Written by Filebeat, Fluent Bit, Vector, Logstash, rsyslog (omelasticsearch).
 * Layout: elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk. UTF-8; lines end with `\n`.
 * Not supported: `update` and `delete` change nothing here, and are answered as done.
 */
export interface BulkItem {
  readonly action: "create" | "index" | "update" | "delete";
  readonly index: string;
  readonly id: string | null;
  /** null where there is nothing to store, or `problem` says why not. */
  readonly shipped: ShippedRecord | null;
  readonly problem: string | null;
}

const ACTIONS = ["create", "index", "update", "delete"] as const;

/** Items in the order of the body: the answer has to name each. A line that is no action ends in one item with a problem; the rest is read on. */
export function readBulk(body: string, defaultIndex = "logs"): BulkItem[] {
  const items: BulkItem[] = [];
  const lines = linesOf(body);
  for (let line = lines.next(); !line.done; line = lines.next()) {
    const action = actionIn(line.value);
    if (action === null) {
      items.push({ action: "create", index: defaultIndex, id: null, shipped: null, problem: "a line with an action was expected" });
      continue;
    }
    const { kind, index = defaultIndex, id } = action;
    if (kind === "delete") {
      items.push({ action: kind, index, id, shipped: null, problem: null });
      continue;
    }
    const document = lines.next();
    items.push({ action: kind, index, id, ...(document.done ? missing("the document is missing") : read(document.value)) });
  }
  return items;
}

function read(line: string): Pick<BulkItem, "shipped" | "problem"> {
  const fields = objectIn(line);
  if (fields === null) return missing("the document is no JSON object");
  const record = recordIn(fields);
  return record === null ? missing("the document carries no message") : { shipped: { origin: originOf(fields), record }, problem: null };
}

const missing = (problem: string) => ({ shipped: null, problem });

function actionIn(line: string): { kind: BulkItem["action"]; index: string | undefined; id: string | null } | null {
  const object = objectIn(line);
  const kind = object && ACTIONS.find((name) => name in object);
  if (!object || !kind) return null;
  const { _index, _id } = (object[kind] ?? {}) as { _index?: unknown; _id?: unknown };
  return { kind, index: typeof _index === "string" ? _index : undefined, id: typeof _id === "string" ? _id : null };
}

export function objectIn(line: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Lines that are not empty, without copying the body first. */
export function* linesOf(body: string): Generator<string, undefined> {
  for (let start = 0; start < body.length;) {
    const found = body.indexOf("\n", start);
    const end = found < 0 ? body.length : found;
    const line = body.slice(start, end);
    if (line.trim() !== "") yield line;
    start = end + 1;
  }
}
