import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TokenFolder } from "@heaptide/server";
import { afterEach, beforeEach, expect, it } from "vitest";
import { quietContext } from "../context.test-builders.ts";
import { run } from "../run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heaptide-token-commands-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function token(...words: string[]) {
  return run(["token", ...words, "--data", folder], quietContext(), "1.2.3");
}

it("makes a token that a pipe gets as it is, lists it without its secret, and revokes it", async () => {
  const secret = (await token("create", "host-7", "--scopes", "agent,send", "--agent", "host-7")).output.trim();
  expect(secret).toMatch(/^htp_\S+$/);
  expect(new TokenFolder(folder, Date.now).find(secret)).toMatchObject({ name: "host-7", scopes: ["send", "agent"], agent: "host-7" });
  const listed = await token("list");
  expect(listed.output).toMatch(/host-7 +send,agent +host-7 +.*it is revoked/);
  expect(listed.output).not.toContain(secret);
  expect(await token("revoke", "host-7")).toMatchObject({ exitCode: 0, output: expect.stringContaining("host-7") as string });
  expect(new TokenFolder(folder, Date.now).find(secret)).toBeNull();
  expect((await token("list")).output).toContain("heaptide token create");
});

it("makes one that reads, for a time, where nothing else is said", async () => {
  const made = JSON.parse((await token("create", "me", "--expires", "2h", "--json")).output) as { scopes: string[]; expiresAt: string };
  expect(made.scopes).toEqual(["read"]);
  expect(Date.parse(made.expiresAt) - Date.now()).toBeGreaterThan(7_100_000);
});

it("says what is wrong with a scope or a name, and which of two tokens of a name has to be told by its id", async () => {
  expect((await token("create", "me", "--scopes", "read,root")).complaint).toContain("some of read, send, agent, operate, probe");
  expect((await token("create", "../me")).complaint).toContain("letters, digits, dots, dashes");
  await token("create", "twice");
  await token("create", "twice");
  expect(await token("revoke", "twice")).toMatchObject({ exitCode: 2, complaint: expect.stringContaining("NO_SUCH_TOKEN") as string });
  expect((await token("revoke", "nobody")).complaint).toContain("heaptide token list");
});
