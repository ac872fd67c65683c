import { afterAll, expect, it } from "vitest";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findJdks } from "@heaptide/testkit";
import { codeOfJar } from "./sites.ts";

const [jdk] = findJdks();
const folder = mkdtempSync(join(tmpdir(), "heaptide-code-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A job as Flink sees it, without Flink: what matters is the name of the interface. */
const SOURCES = {
  "org/apache/flink/api/MapFunction.java":
    "package org.apache.flink.api; public interface MapFunction { String map(String value) throws Exception; }",
  "io/acme/ReadTemplates.java": `package io.acme;
public class ReadTemplates implements org.apache.flink.api.MapFunction {
  static final java.util.List<Object> OPEN = new java.util.ArrayList<>();
  public String map(String value) throws Exception {
    switch (value.length()) { case 1: case 2: case 3: return "few"; case 100: return "many"; default: }
    OPEN.add(new java.io.FileInputStream(value));
    OPEN.add(java.nio.ByteBuffer.allocateDirect(7));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.gc()));
    return value + 1L;
  }
}`,
  "com/library/Other.java": 'package com.library; public class Other { Object make() { return new java.io.File("x"); } }',
};

const jar = join(folder, "job.jar");
for (const [name, text] of Object.entries(SOURCES)) {
  const path = join(folder, "src", name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}
execFileSync(join(jdk!.home, "bin/javac"), [
  "-d",
  join(folder, "classes"),
  ...Object.keys(SOURCES).map((name) => join(folder, "src", name)),
]);
execFileSync(join(jdk!.home, "bin/jar"), ["cf", jar, "-C", join(folder, "classes"), "."]);

it("tells where the user's code makes what, and whom it calls; libraries and everyday calls are left out", async () => {
  const { sites, isCut } = await codeOfJar(jar);
  expect(isCut).toBe(false);
  expect(new Set(sites.map((site) => site.class))).toEqual(new Set(["io.acme.ReadTemplates"]));
  const inMap = sites
    .filter(({ method }) => method === "map")
    .map(({ line, makes, owner, call }) => [line, makes, owner && `${owner}.${call}`]);
  expect(inMap).toEqual([
    [6, "java.io.FileInputStream", null],
    [6, null, "java.util.List.add"],
    [7, "java.nio.ByteBuffer", "java.nio.ByteBuffer.allocateDirect"],
    [7, null, "java.util.List.add"],
    [8, "java.lang.Runtime", "java.lang.Runtime.getRuntime"],
    [8, "java.lang.Thread", null],
    [8, null, "java.lang.Runtime.addShutdownHook"],
  ]);
});

it("says what is no jar", async () => {
  const path = join(folder, "no.jar");
  writeFileSync(path, "this is a page about jars, long enough to hold the end of a directory if it had one");
  await expect(codeOfJar(path)).rejects.toMatchObject({ code: "MALFORMED_INPUT" });
});

it("says of a jar that its process has closed meanwhile that it cannot be read", async () => {
  await expect(codeOfJar("/proc/self/fd/9999")).rejects.toMatchObject({ code: "MALFORMED_INPUT" });
});
