import { VARIABLE } from "./tokens.ts";

/**
 * What stands in a message where its pattern has `<*>`, in order. The texts between are searched one after the other: linear, and right unless a variable part holds the
 * text that follows it.
 * @returns null for a message that is not of this pattern
 */
export function parametersOf(pattern: string, message: string): string[] | null {
  const line = message.split("\n", 1)[0]!.trim().replaceAll(/\s+/g, " ");
  const [head = "", ...rest] = pattern.split(VARIABLE);
  if (!line.startsWith(head)) return null;
  const parameters: string[] = [];
  let at = head.length;
  for (const [i, text] of rest.entries()) {
    const isLast = i === rest.length - 1;
    // A pattern that was cut off behind its last word leaves the rest to its last variable.
    const end = text === "" ? (isLast ? line.length : -1) : isLast ? lastEnd(line, text, at) : line.indexOf(text, at);
    if (end < at) return null;
    parameters.push(line.slice(at, end));
    at = end + text.length;
  }
  return at === line.length || rest.length === 0 ? parameters : null;
}

const lastEnd = (line: string, text: string, from: number): number =>
  line.endsWith(text) && line.length - text.length >= from ? line.length - text.length : -1;
