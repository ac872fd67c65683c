import fc from "fast-check";
import { isHeaptideError } from "@heaptide/base";
import { describe, expect, it } from "vitest";
import { isLike } from "./compile.ts";
import { parseQuery } from "./parse.ts";

/** The column of the error that a query gives. */
function columnOf(query: string): number {
  try {
    parseQuery(query);
  } catch (error) {
    if (isHeaptideError(error, "HEAP_QUERY_MALFORMED")) return error.detail.column;
    throw error;
  }
  throw new Error(`No error: ${query}`);
}

describe("parseQuery", () => {
  it("reads every part of a query", () => {
    const query = parseQuery(
      "SELECT m.size AS many, retained(m) FROM INSTANCEOF java.util.*Map m WHERE m.size >= 10 ORDER BY retained(m) DESC LIMIT 5",
    );
    expect(query).toMatchObject({
      columns: [
        { name: "many", value: { kind: "field", name: "size", of: { kind: "object" } } },
        { name: "retained(m)", value: { kind: "call", name: "retained" } },
      ],
      from: { pattern: "java.util.*Map", subclasses: true },
      where: { kind: "binary", operator: ">=" },
      order: { descending: true },
      limit: 5,
    });
  });

  it("binds or weaker than and, and weaker than comparison, sums weaker than products", () => {
    const { where } = parseQuery("select o from A where o.a = 1 or o.b = 2 + 3 * 4 and not o.c < 5");
    expect(where).toMatchObject({
      operator: "or",
      right: {
        operator: "and",
        left: { operator: "=", right: { operator: "+", right: { operator: "*" } } },
        right: { kind: "not", of: { operator: "<" } },
      },
    });
  });

  it("knows a product from a pattern and from everything", () => {
    expect(parseQuery("select o.x*o.y, o.x * 2 from byte[] o").columns.map(({ value }) => value.kind)).toEqual(["binary", "binary"]);
    expect(parseQuery("select * from java.*").columns[0]).toMatchObject({ name: "object", value: { kind: "object" } });
    expect(parseQuery("select o from int[][]").from.pattern).toBe("int[][]");
  });

  it("reads a quote in a text where it is written twice", () => {
    expect(parseQuery("select o from A where o.name = 'it''s'").where).toMatchObject({ right: { value: "it's" } });
  });

  it("points at what it does not understand", () => {
    expect(columnOf("")).toBe(1);
    expect(columnOf("select")).toBe(7);
    expect(columnOf("select o from")).toBe(14);
    expect(columnOf("select p.x from A o")).toBe(8);
    expect(columnOf("select o from A where o.name = 'open")).toBe(32);
    expect(columnOf("select o from A o limit many")).toBe(25);
    expect(columnOf("select o from A o where (o.x = 1")).toBe(33);
    expect(columnOf("select o from A o where o.x = 1 nonsense")).toBe(33);
    expect(columnOf(`select ${"(".repeat(5000)}o from A`)).toBeGreaterThan(100);
    expect(columnOf(`select o from A where ${"not ".repeat(2400)}o`)).toBeGreaterThan(100);
  });

  it("reads or refuses any text, and always says where", () => {
    const pieces = fc.constantFrom(
      "select",
      "from",
      "where",
      "order by",
      "limit",
      "o",
      "o.x",
      "*",
      "(",
      ")",
      "[",
      "]",
      ",",
      "'a'",
      "'",
      "1",
      "=",
      "like",
      "A",
      "not",
      "-",
      "count(",
      "é",
      "\n",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 20 }).map((all) => all.join(" ")),
          fc.string(),
        ),
        (text) => {
          try {
            parseQuery(text);
          } catch (error) {
            expect(error).toMatchObject({ code: "HEAP_QUERY_MALFORMED" });
            if (isHeaptideError(error, "HEAP_QUERY_MALFORMED")) expect(error.detail.column).toBeLessThanOrEqual(text.length + 1);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("isLike", () => {
  it("agrees with what the pattern is as a regular expression", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "%", "."), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (text, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("%", ".*")}$`);
        expect(isLike(text, pattern, "%")).toBe(expression.test(text));
      }),
      { numRuns: 3000 },
    );
  });
});
