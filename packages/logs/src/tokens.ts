/** What stands in a pattern where its messages differ. */
export const VARIABLE = "<*>";

/** Tokens kept of a message; patterns differ long before that. */
const MOST_TOKENS = 80;

/**
 * Parts that are variable whatever their neighbours are, the most specific first. A number inside a word ("log4j", "Base64") is part of
 * the word; a unit after a number ("12ms") is part of the number.
 */
const MASKS: readonly RegExp[] = [
  /\b[a-z][\w+.-]*:\/\/[^\s,;)\]}"']+/g, // an address
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, // a UUID
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, // a time
  /(?<![\w.)\]])(?:\/[\w.@%+~-]+){2,}\/?/g, // a path
  /(?<=@)[0-9a-f]{4,16}\b/g, // an object's identity hash
  /\b0x[0-9a-f]+\b/gi,
  /\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, // a hexadecimal id
  /(?<![A-Za-z\d])[+-]?\d+(?:[.,:]\d+)*(?:[a-zA-Z]{1,5}\b|%)?/g, // a number, a duration, a size, a share, an IP address with its port
];

/** The first line of a message as words, its variable parts replaced. */
export function tokensOf(message: string): string[] {
  let line = message.slice(0, 2000).split("\n", 1)[0]!;
  for (const mask of MASKS) line = line.replace(mask, VARIABLE);
  const tokens = line.trim().split(/\s+/);
  return tokens.length > MOST_TOKENS ? [...tokens.slice(0, MOST_TOKENS), VARIABLE] : tokens;
}
