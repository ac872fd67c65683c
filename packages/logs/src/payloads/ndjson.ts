import { LogReader } from "../reader.ts";
import { linesOf, objectIn } from "./bulk.ts";
import { type LogOrigin, originOf, recordIn, type ShippedRecord } from "./shipped.ts";

/**
 * Format: lines, each a JSON object (log4j's JsonTemplateLayout, Vector's and Fluent Bit's `http` outputs) or plain text as a log file has it, stack traces over several
 * lines among it. Fluent Bit's and Vector's `json` framing, one array of objects, is read too.
 * @param origin what the request says of where they come from; what a line says itself goes before
 */
export function readLines(body: string, origin: LogOrigin): ShippedRecord[] {
  const trimmed = body.trimStart();
  if (trimmed.startsWith("[{")) return arrayIn(trimmed).flatMap((fields) => shippedIn(fields, origin));
  if (!trimmed.startsWith("{")) {
    const reader = new LogReader({ timeZone: "UTC" });
    return [...reader.push(body), ...reader.end()].map((record) => ({ origin, record }));
  }
  return [...linesOf(body)].flatMap((line) => {
    const fields = objectIn(line);
    return fields === null ? [] : shippedIn(fields, origin);
  });
}

function shippedIn(fields: Record<string, unknown>, origin: LogOrigin): ShippedRecord[] {
  const record = recordIn(fields);
  if (record === null) return [];
  const own = Object.entries(originOf(fields)).filter(([, value]) => value !== null);
  return [{ origin: { ...origin, ...Object.fromEntries(own) }, record }];
}

function arrayIn(text: string): Record<string, unknown>[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "object" && one !== null) : [];
  } catch {
    return [];
  }
}
