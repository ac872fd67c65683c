import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { TokenFolder } from "./tokens.ts";

/** Two programs that share a folder and a clock, as the command line and a server do. */
function sharedFolder(): { commandLine: TokenFolder; server: TokenFolder; pass: (ms: number) => void } {
  const folder = mkdtempSync(join(tmpdir(), "heaptide-tokens-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let now = 1_700_000_000_000;
  const clock = () => now;
  return { commandLine: new TokenFolder(folder, clock), server: new TokenFolder(folder, clock), pass: (ms) => void (now += ms) };
}

test("a token that was just made is good at once, though the server has looked a moment ago", () => {
  const { commandLine, server, pass } = sharedFolder();
  commandLine.create("first", ["read"], null);
  expect(server.list()).toHaveLength(1);
  pass(100);
  const { secret } = commandLine.create("second", ["read"], null);
  expect(server.find(secret)?.name).toBe("second");
});

test("a token that was revoked is good for a second at most", () => {
  const { commandLine, server, pass } = sharedFolder();
  const { secret } = commandLine.create("first", ["read"], null);
  expect(server.find(secret)).not.toBeNull();
  commandLine.revoke("first");
  pass(1000);
  expect(server.find(secret)).toBeNull();
});

test("a token is over when its time is", () => {
  const { server, pass } = sharedFolder();
  const { secret } = server.create("for an hour", ["read"], 3_600_000);
  expect(server.find(secret)).not.toBeNull();
  pass(3_600_000);
  expect(server.find(secret)).toBeNull();
});
