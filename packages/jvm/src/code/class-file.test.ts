import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHeaptideError } from "@heaptide/base";
import { findJdks } from "@heaptide/testkit";
import { afterAll, describe, expect, it } from "vitest";
import { readClassFile } from "./class-file.ts";

const folder = mkdtempSync(join(tmpdir(), "heaptide-class-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, "Shapes.java"),
  `public abstract class Shapes implements Runnable, java.io.Serializable {
  long wide; static final double D = 2.5; static final long L = 1L << 40;
  Object make(int kind, Object[][] rows) {
    int i = kind; i += 1000;
    for (int k = 0; k < 300; k++) switch (k) { case 1: i++; break; case 2: i--; break; case 9000: return new int[k][2][]; }
    long sum = wide + L; double d = D * sum;
    Runnable r = () -> new StringBuilder(d + "x");
    r.run();
    return rows == null ? new java.util.TreeMap<String, String>() : rows[0].clone();
  }
}`,
);
const [jdk] = findJdks();
execFileSync(join(jdk!.home, "bin/javac"), ["-d", folder, join(folder, "Shapes.java")]);
const bytes = readFileSync(join(folder, "Shapes.class"));

describe("a class file", () => {
  it("tells its name, its parents, and what its methods make", () => {
    const file = readClassFile(bytes);
    expect(file).toMatchObject({ name: "Shapes", extends: "java.lang.Object", implements: ["java.lang.Runnable", "java.io.Serializable"] });
    expect(file.places.filter(({ calls }) => calls === null)).toEqual([
      { method: "make", line: 9, makes: "java.util.TreeMap", calls: null },
      { method: "lambda$make$0", line: 7, makes: "java.lang.StringBuilder", calls: null },
    ]);
  });

  it("that is cut off anywhere is refused by a typed error", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readClassFile(bytes.subarray(0, length))).toThrow(expect.toSatisfy((error: unknown) => isHeaptideError(error)));
    }
  });

  it("with a wrong byte anywhere is read or refused, and never hangs", () => {
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = damaged[at]! ^ 0xff;
      try {
        readClassFile(damaged);
      } catch (error) {
        expect(isHeaptideError(error)).toBe(true);
      }
    }
  });
});
