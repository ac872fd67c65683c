import { describe, expect, it } from "vitest";
import { HeaptideError, isHeaptideError } from "./errors.ts";

describe("HeaptideError", () => {
  const error = new HeaptideError("ATTACH_WRONG_USER", { pid: 7, owner: "flink", self: "root" });

  it("says what failed and what to type next", () => {
    expect(error.message).toContain("Process 7 belongs to flink");
    expect(error.next).toBe("sudo -u 'flink' heaptide histogram 7");
  });

  it("prints code, message and next step as JSON, and nothing of its inside", () => {
    expect(Object.keys(JSON.parse(JSON.stringify(error)))).toEqual(["code", "message", "next"]);
  });

  it("is told from a bug, and from another failure", () => {
    expect(isHeaptideError(error, "ATTACH_WRONG_USER")).toBe(true);
    expect(isHeaptideError(error, "NOT_A_JVM")).toBe(false);
    expect(isHeaptideError(new TypeError("a bug"))).toBe(false);
  });
});
