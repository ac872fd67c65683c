import type { CodeSite } from "@heaptide/model";
import { expect, it } from "vitest";
import { JarCode } from "./jar-code.ts";

const site: CodeSite = { class: "a.B", method: "map", line: 1, makes: "a.C", owner: null, call: null };

/** Tells which files were read. */
function reader(sizeOf: (path: string) => number | null) {
  const paths: string[] = [];
  const code = new JarCode(async (path) => {
    paths.push(path);
    const size = sizeOf(path);
    return size === null ? null : Array.from({ length: size }, () => site);
  });
  return { code, paths };
}

it("reads one content once, for whoever asks, at the same time or later", async () => {
  const { code, paths } = reader(() => 3);
  const [manager, worker] = await Promise.all([code.of("x", "/proc/1/fd/7"), code.of("x", "/proc/2/fd/9")]);
  expect(manager).toEqual(worker);
  await code.of("x", "/proc/3/fd/4");
  expect(paths).toEqual(["/proc/1/fd/7"]);
});

it("asks again for what could not be read", async () => {
  const { code, paths } = reader((path) => (path === "gone" ? null : 1));
  expect(await code.of("x", "gone")).toBeNull();
  expect(await code.of("x", "here")).toEqual([site]);
  expect(paths).toEqual(["gone", "here"]);
});

it("keeps no more than fits, what was asked for last the longest", async () => {
  const { code, paths } = reader(() => 40_000);
  for (const content of ["a", "b", "a", "c", "a", "b"]) await code.of(content, content);
  expect(paths).toEqual(["a", "b", "c", "b"]);
});
