import type { Finding, SnapshotComparison } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { rowsOf } from "./rows.ts";

const comparison: SnapshotComparison = {
  kind: "live",
  incarnation: "1",
  at: [1, 2],
  before: 1,
  after: 2,
  classes: {
    name: ["byte[]", "shop.Cart", "shop.Item", "shop.Idle"],
    instancesBefore: [100, 0, 0, 5],
    instances: [300, 100, 200, 5],
    bytesBefore: [1000, 0, 0, 80],
    bytes: [9000, 1600, 3200, 80],
    trend: [null, null, null, null],
  },
};
const finding = {
  rootClass: "shop.Cart",
  group: [
    { class: "shop.Cart", ratio: 1, instances: 100, bytes: 1600 },
    { class: "shop.Item", ratio: 2, instances: 200, bytes: 3200 },
    { class: "byte[]", ratio: 2, instances: 200, bytes: 7000 },
  ],
} as unknown as Finding;
const options = { words: "", sortBy: "bytesGrown", unfolded: new Set<string>(), findings: [finding] } as const;

describe("the rows of two snapshots", () => {
  it("fold a growth group under its root class, which is charged with the whole of it", () => {
    const rows = rowsOf(comparison, options);
    expect(rows.map(({ name }) => name)).toEqual(["shop.Cart", "shop.Idle"]);
    expect(rows[0]).toMatchObject({ members: 2, bytesGrown: 11_800, grown: 100 });
  });

  it("show its members under it when it is unfolded, with their own growth", () => {
    const rows = rowsOf(comparison, { ...options, unfolded: new Set(["shop.Cart"]) });
    expect(rows.map(({ name, depth }) => [name, depth])).toEqual([
      ["shop.Cart", 0],
      ["shop.Item", 1],
      ["byte[]", 1],
      ["shop.Idle", 0],
    ]);
    expect(rows[2]).toMatchObject({ bytesGrown: 8000, ratio: 2 });
  });

  it("find every class by a part of its name, folded or not", () => {
    expect(rowsOf(comparison, { ...options, words: "ITEM" }).map(({ name }) => name)).toEqual(["shop.Item"]);
  });
});
