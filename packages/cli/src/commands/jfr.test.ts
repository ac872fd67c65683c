import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leakChunk, recording } from "@heaptide/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { command } from "./jfr.ts";

const ADD = [
  { class: "java/util/HashMap", method: "put", line: 5 },
  { class: "shop/Cart", method: "add", line: 17, loader: "AppLoader" },
];
const plain: Terminal = { width: 120, interactive: false, style: (_, text) => text };
const quiet = { progress: { update() {}, line() {}, clear() {} }, signal: new AbortController().signal } as unknown as Context;

describe("heaptide jfr", () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heaptide-jfr-command-"));
    file = join(folder, "leak.jfr");
    const heldBy = [{ class: "java/lang/Class", field: "KEPT", static: true, description: "Class Name: shop.Cart" }];
    const object = { class: "[B", allocatedAt: 1e9, thread: "main", stack: ADD, heldBy, size: 2048 };
    const chunk = leakChunk({
      startNanos: 1_700_000_000_000 * 1e6,
      durationNanos: 60e9,
      collections: [{ at: 1e9, before: 9e6, after: 1 << 20 }],
      threadStarts: [{ at: 2e9, thread: "clerk-1", parent: "main", stack: ADD }],
      dumps: [{ at: 3e9, objects: [object, object] }],
    });
    await writeFile(file, recording(chunk));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("shows what is kept by what, and marks the line that is not the JDK's", async () => {
    const shown = command.format(await command.run(quiet, { file, top: 10, events: false }), plain);
    expect(shown).toContain("Heap used after 1 collection: first 1.0 MiB");
    expect(shown).toContain(
      "     2 ×  4.0 KiB  byte[]\n          kept by shop.Cart.KEPT\n          at java.util.HashMap.put:5\n        ▸ at shop.Cart.add:17",
    );
    expect(shown).toContain("     1 ×  clerk-1");
  });

  it("lists what the recording consists of where that is asked", async () => {
    const result = await command.run(quiet, { file, top: 10, events: true });
    expect(command.format(result, plain)).toContain("events  bytes  type\n     2   ");
    expect(result).toMatchObject({
      type: "jfr-events",
      chunks: 1,
      events: [{ count: 2 }, { count: 2 }, { type: "jdk.ThreadStart", count: 1 }],
      incomplete: null,
    });
  });

  it("gives the same as JSON, with times in ISO 8601", async () => {
    const result = await command.run(quiet, { file, top: 10, events: false });
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({
      type: "jfr",
      from: "2023-11-14T22:13:20.000Z",
      to: "2023-11-14T22:14:20.000Z",
      liveSet: { samples: [{ at: "2023-11-14T22:13:21.000Z", bytes: 1 << 20 }] },
      oldObjects: { at: "2023-11-14T22:13:23.000Z", count: 2, groups: [{ count: 2, root: "shop.Cart.KEPT", userFrame: 1 }] },
      threadStarts: { count: 1, groups: [{ first: "clerk-1", userFrame: 1 }] },
      incomplete: null,
    });
  });
});
