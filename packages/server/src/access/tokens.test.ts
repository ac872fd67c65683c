import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { TokenFolder } from "./tokens.ts";

/** Two programs that share a folder and a clock, as the command line and a server do. */
function sharedFolder(): { commandLine: TokenFolder; server: TokenFolder; files: string; pass: (ms: number) => void } {
  const folder = mkdtempSync(join(tmpdir(), "heaptide-tokens-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let now = 1_700_000_000_000;
  const clock = () => now;
  const [commandLine, server] = [new TokenFolder(folder, clock), new TokenFolder(folder, clock)];
  return { commandLine, server, files: join(folder, "tokens"), pass: (ms) => void (now += ms) };
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

test("a token is good where its file was mounted from a secret of Kubernetes: by links, in a folder that only may be read", () => {
  const { commandLine, files } = sharedFolder();
  const { secret } = commandLine.create("agents", ["agent"], null);
  const mounted = mkdtempSync(join(tmpdir(), "heaptide-mounted-"));
  onTestFinished(() => rmSync(mounted, { recursive: true, force: true }));
  mkdirSync(join(mounted, "tokens", "..data"), { recursive: true });
  for (const file of readdirSync(files)) {
    copyFileSync(join(files, file), join(mounted, "tokens", "..data", file));
    symlinkSync(join("..data", file), join(mounted, "tokens", file));
  }
  chmodSync(join(mounted, "tokens"), 0o500);
  expect(new TokenFolder(mounted, Date.now).find(secret)).toMatchObject({ name: "agents", scopes: ["agent"] });
});

test("a token is over when its time is", () => {
  const { server, pass } = sharedFolder();
  const { secret } = server.create("for an hour", ["read"], 3_600_000);
  expect(server.find(secret)).not.toBeNull();
  pass(3_600_000);
  expect(server.find(secret)).toBeNull();
});
