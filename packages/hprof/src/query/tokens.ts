import { HeaptideError } from "@heaptide/base";

export type TokenKind = "word" | "number" | "text" | "symbol" | "end";

/** A piece of a query. `at` counts characters from 0. */
export interface Token {
  readonly kind: TokenKind;
  /** Of a text what stands between its quotes. */
  readonly text: string;
  readonly at: number;
}

/** A name, or several behind dots. */
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*/uy;
/** Behind `from`: `java.util.*Map`, `byte[]`, `com.shop.Cart$Item`. */
const CLASS = /[\p{L}\p{N}_$*./-]+(?:\[\])*/uy;
const NUMBER = /0x[\da-fA-F]+|\d+(?:\.\d+)?/y;
const TEXT = /'((?:[^']|'')*)'/y;
const SYMBOL = /<=|>=|!=|<>|[=<>()*+\-/,[\].]/y;
const SPACE = /\s*/y;
const LONGEST_QUERY = 10_000;

/** @throws HEAP_QUERY_MALFORMED */
export function tokensOf(query: string): Token[] {
  if (query.length > LONGEST_QUERY) throw malformed(query, LONGEST_QUERY, `a query of more than ${LONGEST_QUERY} characters`);
  const tokens: Token[] = [];
  let at = 0;
  const take: Take = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(query);
  };
  for (;;) {
    at += take(SPACE)![0].length;
    if (at === query.length) return [...tokens, { kind: "end", text: "", at }];
    const [kind, match] = next(take, tokens.at(-1));
    if (!match)
      throw malformed(query, at, query[at] === "'" ? "a text that does not end" : `${JSON.stringify(query[at])} means nothing here`);
    tokens.push({ kind, text: kind === "text" ? match[1]!.replaceAll("''", "'") : match[0], at });
    at += match[0].length;
  }
}

type Take = (pattern: RegExp) => RegExpExecArray | null;

function next(take: Take, before: Token | undefined): readonly [TokenKind, RegExpExecArray | null] {
  const isFrom = before?.kind === "word" && /^(?:from|instanceof)$/i.test(before.text);
  const word = isFrom ? (take(/instanceof\b/iy) ?? take(CLASS)) : take(WORD);
  if (word) return ["word", word];
  const text = take(TEXT);
  if (text) return ["text", text];
  const number = take(NUMBER);
  return number ? ["number", number] : ["symbol", take(SYMBOL)];
}

/** The error for what stands at a place of the query. */
export function malformed(query: string, at: number, problem: string): HeaptideError<"HEAP_QUERY_MALFORMED"> {
  return new HeaptideError("HEAP_QUERY_MALFORMED", { query, column: at + 1, problem });
}
