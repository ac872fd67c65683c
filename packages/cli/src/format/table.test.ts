import { describe, expect, it } from "vitest";
import { formatCount, table, type Column } from "./table.ts";

interface Row {
  readonly name: string;
  readonly count: number;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: "count", align: "right", cell: (row) => formatCount(row.count) },
  { title: "class", align: "left", cell: (row) => row.name },
];

describe("formatCount", () => {
  it("separates thousands", () => {
    expect([0, 999, 1000, -1234567, 12345678901].map(formatCount)).toEqual(["0", "999", "1,000", "-1,234,567", "12,345,678,901"]);
  });
});

describe("table", () => {
  it("aligns numbers to the right and names to the left", () => {
    expect(
      table(COLUMNS, [
        { name: "byte[]", count: 1_234_567 },
        { name: "java.lang.String", count: 8 },
      ]),
    ).toBe(["    count  class", "1,234,567  byte[]", "        8  java.lang.String"].join("\n"));
  });

  it("is not misled by colours", () => {
    const coloured: Column<Row>[] = [{ title: "class", align: "left", cell: (row) => `\x1b[31m${row.name}\x1b[39m` }, COLUMNS[0]!];
    expect(table(coloured, [{ name: "a", count: 1 }]).split("\n")).toEqual(["class  count", "\x1b[31ma\x1b[39m          1"]);
  });

  it("cuts a line that is too long for the terminal", () => {
    expect(table(COLUMNS, [{ name: "a.very.long.Name", count: 1 }], 12).split("\n")[1]).toBe("    1  a.ve…");
  });
});
