import type { OldObject, Reference } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { commonHold, holdOf } from "./holders.ts";

const step = (name: string, more: Partial<Reference> = {}): Reference => ({
  class: name,
  field: null,
  static: false,
  arraySize: null,
  arrayIndex: null,
  description: null,
  skipped: 0,
  ...more,
});
const object = (chain: Reference[], thread?: string): OldObject => ({
  class: "com.acme.Session",
  allocatedAt: 0,
  thread: null,
  stack: -1,
  arrayElements: null,
  description: null,
  chain,
  root: thread === undefined ? null : { system: "Threads", type: "Stack Variable", description: `Thread Name: ${thread}` },
});
const isGrowing = (name: string) => ["com.acme.Session", "com.acme.Owner", "java.util.HashMap$Node"].includes(name);
const MAP = [step("java.util.HashMap$Node", { field: "value" }), step("java.util.HashMap", { field: "table", description: "Size: 120" })];

describe("what holds an object", () => {
  it("is the static at which the chain stops: the thread beyond misleads", () => {
    const cache = step("java.lang.Class", { field: "CACHE", static: true, description: "Class Name: com.acme.Cache" });
    expect(holdOf(object([...MAP, cache, step("java.lang.Thread")], "main"), isGrowing)?.holder).toMatchObject({
      kind: "static",
      owner: "com.acme.Cache",
      field: "CACHE",
      collection: "java.util.HashMap",
      size: 120,
    });
  });

  it("is the first class that does not grow itself", () => {
    const hold = holdOf(object([step("com.acme.Owner", { field: "part" }), ...MAP, step("com.acme.Keeper", { field: "all" })]), isGrowing);
    expect(hold).toMatchObject({ outermost: "com.acme.Owner", holder: { kind: "field", owner: "com.acme.Keeper", field: "all" } });
  });

  it("is what holds a collection, also where its class is one's own that extends the JDK's", () => {
    const table = [step("java.util.HashMap$Node", { field: "value" }), step("java.util.HashMap$Node[]", { arraySize: 64, arrayIndex: 3 })];
    const recent = [step("com.acme.Recent", { field: "table", description: "Size: 40" }), step("com.acme.Keeper", { field: "recent" })];
    expect(holdOf(object([...table, ...recent]), isGrowing)?.holder).toMatchObject({
      owner: "com.acme.Keeper",
      field: "recent",
      collection: "com.acme.Recent",
      size: 40,
    });
  });

  it("is the threads themselves, by their pattern", () => {
    expect(holdOf(object([step("com.acme.Owner")], "client-timer-17-1"), isGrowing)?.holder).toMatchObject({
      kind: "thread",
      owner: "java.lang.Thread",
      description: "threads named client-timer-N-N",
    });
  });

  it("is a thread local where the chain passes one", () => {
    expect(
      holdOf(object([...MAP, step("java.lang.ThreadLocal$ThreadLocalMap", { field: "table" })], "worker-3"), isGrowing)?.holder,
    ).toMatchObject({
      kind: "thread-local",
      owner: "java.lang.ThreadLocal",
      description: "a thread local of the threads named worker-N (HashMap, 120 elements)",
    });
  });

  it("is not known without a way to a root", () => {
    expect(holdOf(object([]), isGrowing)).toBeNull();
  });

  it("is what most objects agree on, with the largest size seen", () => {
    const sized = (size: number) =>
      holdOf(
        object([step("java.util.ArrayList", { description: `Size: ${size}` }), step("com.acme.Keeper", { field: "all" })]),
        isGrowing,
      )!;
    const stray = holdOf(object([], "main"), isGrowing)!;
    expect(commonHold([sized(10), stray, sized(30)])).toMatchObject({ votes: 2, hold: { holder: { owner: "com.acme.Keeper", size: 30 } } });
  });
});
