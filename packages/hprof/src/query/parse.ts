import { malformed, type Token, tokensOf } from "./tokens.ts";

/*
 * The query language: a subset of OQL as heap analysers have it, without scripts and sub-queries.
 *
 *   select <*|expression [as name], ...> from [instanceof] <class> [name] [where <expression>] [order by <expression> [desc]] [limit <n>]
 *
 * A class is named as in Java source; `*` stands for any characters. Its objects are called by the name behind it, `o` without one.
 */

/** `at` is where it stands in the query, for errors. */
export type Expression = { readonly at: number } & (
  | { readonly kind: "literal"; readonly value: number | string | boolean | null }
  | { readonly kind: "object" }
  | { readonly kind: "field"; readonly of: Expression; readonly name: string }
  | { readonly kind: "element"; readonly of: Expression; readonly index: Expression }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "not" | "minus"; readonly of: Expression }
  | { readonly kind: "binary"; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
);

export type Operator = "and" | "or" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "like" | "+" | "-" | "*" | "/";

export interface Query {
  readonly text: string;
  /** `name` is how the column is called. */
  readonly columns: readonly { readonly name: string; readonly value: Expression }[];
  readonly from: { readonly pattern: string; readonly subclasses: boolean; readonly at: number };
  readonly where: Expression | null;
  readonly order: { readonly by: Expression; readonly descending: boolean } | null;
  readonly limit: number | null;
}

const KEYWORDS = new Set([
  "select",
  "from",
  "instanceof",
  "where",
  "order",
  "by",
  "limit",
  "as",
  "and",
  "or",
  "not",
  "like",
  "asc",
  "desc",
]);
/** From weak to strong; each level is a list of operators that bind alike. */
const LEVELS: readonly (readonly string[])[] = [["or"], ["and"], ["=", "!=", "<>", "<", "<=", ">", ">=", "like"], ["+", "-"], ["*", "/"]];
const DEEPEST = 100;

/** @throws HEAP_QUERY_MALFORMED with the column */
export function parseQuery(text: string): Query {
  return new Parser(text).query();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #alias = "o";

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  query(): Query {
    this.#keyword("select");
    // The name of the objects stands behind the columns that use it.
    this.#alias = this.#findAlias();
    const columns = this.#columns();
    this.#keyword("from");
    const subclasses = this.#accept("instanceof");
    const source = this.#take("word", "a class, such as java.util.HashMap");
    if (this.#peek().kind === "word" && !this.#isKeyword(this.#peek())) this.#next++;
    const where = this.#accept("where") ? this.#expression() : null;
    const order = this.#accept("order") ? this.#order() : null;
    const limit = this.#accept("limit") ? Number(this.#take("number", "a number of rows").text) : null;
    if (this.#peek().kind !== "end") throw this.#expected("the end of the query, or where, order by or limit");
    return { text: this.#text, columns, from: { pattern: source.text, subclasses, at: source.at }, where, order, limit };
  }

  #findAlias(): string {
    const from = this.#tokens.findIndex((token) => this.#is(token, "from"));
    if (from < 0) return this.#alias;
    const at = from + (this.#is(this.#tokens[from + 1]!, "instanceof") ? 3 : 2);
    const token = this.#tokens[at];
    return token?.kind === "word" && !this.#isKeyword(token) ? token.text : this.#alias;
  }

  #columns(): Query["columns"][number][] {
    const columns: Query["columns"][number][] = [];
    do {
      const start = this.#peek();
      const value: Expression = this.#accept("*") ? { kind: "object", at: start.at } : this.#expression();
      const written = this.#text.slice(start.at, this.#peek().at).trim();
      const name = this.#accept("as") ? this.#take("word", "a name for the column").text : written === "*" ? "object" : written;
      columns.push({ name, value });
    } while (this.#accept(","));
    return columns;
  }

  #order(): Query["order"] {
    this.#keyword("by");
    const by = this.#expression();
    const descending = this.#accept("desc");
    if (!descending) this.#accept("asc");
    return { by, descending };
  }

  #expression(level = 0): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#expression(level + 1);
    for (;;) {
      const token = this.#peek();
      const operator = operators.find((one) => this.#is(token, one));
      if (!operator || token.kind === "text") return left;
      this.#next++;
      const right = this.#expression(level + 1);
      left = { kind: "binary", operator: (operator === "<>" ? "!=" : operator) as Operator, left, right, at: token.at };
    }
  }

  #unary(): Expression {
    const { at } = this.#peek();
    if (++this.#depth > DEEPEST) throw malformed(this.#text, at, `more than ${DEEPEST} levels`);
    try {
      if (this.#accept("not")) return { kind: "not", of: this.#expression(2), at };
      if (this.#accept("-")) return { kind: "minus", of: this.#unary(), at };
      return this.#postfix(this.#primary());
    } finally {
      this.#depth--;
    }
  }

  #postfix(start: Expression): Expression {
    let value = start;
    for (;;) {
      const { at } = this.#peek();
      if (this.#accept("[")) {
        value = { kind: "element", of: value, index: this.#expression(), at };
        this.#symbol("]");
      } else if (this.#accept(".")) value = this.#fieldsOf(value, this.#take("word", "a field"));
      else return value;
    }
  }

  #primary(): Expression {
    const token = this.#peek();
    this.#next++;
    const { at, kind, text } = token;
    if (kind === "text") return { kind: "literal", value: text, at };
    if (kind === "number") return { kind: "literal", value: Number(text), at };
    if (this.#is(token, "(")) {
      const inner = this.#expression();
      this.#symbol(")");
      return inner;
    }
    if (kind === "word" && !this.#isKeyword(token)) return this.#word(token);
    this.#next--;
    throw this.#expected("a value: the object's name, a field, a function, a number or a 'text'");
  }

  /** A function, `null`, `true`, `false`, or the object with fields behind dots. */
  #word(token: Token): Expression {
    const { text, at } = token;
    if (this.#accept("(")) return { kind: "call", name: text.toLowerCase(), arguments: this.#arguments(), at };
    if (text === "null") return { kind: "literal", value: null, at };
    if (text === "true" || text === "false") return { kind: "literal", value: text === "true", at };
    const [first = "", ...fields] = text.split(".");
    if (first !== this.#alias)
      throw malformed(this.#text, at, `${first} is unknown: objects are called ${this.#alias} here, fields ${this.#alias}.${first}`);
    const object: Expression = { kind: "object", at };
    if (fields.length === 0) return object;
    return this.#fieldsOf(object, { kind: "word", text: fields.join("."), at: at + first.length + 1 });
  }

  #fieldsOf(start: Expression, { text, at }: Token): Expression {
    let value = start;
    let offset = at;
    for (const name of text.split(".")) {
      value = { kind: "field", of: value, name, at: offset };
      offset += name.length + 1;
    }
    return value;
  }

  #arguments(): Expression[] {
    const values: Expression[] = [];
    if (this.#accept(")")) return values;
    do {
      const { at } = this.#peek();
      values.push(this.#accept("*") ? { kind: "object", at } : this.#expression());
    } while (this.#accept(","));
    this.#symbol(")");
    return values;
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #is(token: Token, text: string): boolean {
    return token.kind === "word" ? token.text.toLowerCase() === text : token.kind === "symbol" && token.text === text;
  }

  #isKeyword(token: Token): boolean {
    return token.kind === "word" && KEYWORDS.has(token.text.toLowerCase());
  }

  #accept(text: string): boolean {
    const found = this.#is(this.#peek(), text);
    if (found) this.#next++;
    return found;
  }

  #keyword(text: string): void {
    if (!this.#accept(text)) throw this.#expected(text);
  }

  #symbol(text: string): void {
    if (!this.#accept(text)) throw this.#expected(`"${text}"`);
  }

  #take(kind: Token["kind"], what: string): Token {
    const token = this.#peek();
    if (token.kind !== kind || this.#isKeyword(token)) throw this.#expected(what);
    this.#next++;
    return token;
  }

  #expected(what: string): Error {
    const { kind, text, at } = this.#peek();
    return malformed(this.#text, at, `expected is ${what}, but ${kind === "end" ? "it ends" : `${JSON.stringify(text)} stands`} here`);
  }
}
