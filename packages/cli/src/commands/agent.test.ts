import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { TokenFolder } from "@heaptide/server";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";

const HEAPTIDE = join(import.meta.dirname, "../../bin/heaptide.mjs");
const UNTIL = 25_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heaptide-agent-command-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A `heaptide` of its own, ended after the test. */
function heaptide(words: string[], variables: Record<string, string> = {}): { said: () => string } {
  const child = spawn(process.execPath, [HEAPTIDE, ...words], { env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, "exit");
  });
  return { said: () => said };
}

/** A certificate for 127.0.0.1 that nobody has signed but itself. */
function certificate(): { cert: string; key: string } {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const about = ["-subj", "/CN=heaptide", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...about, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert, key };
}

async function until<T>(look: () => Promise<T | null> | T | null, told: () => string): Promise<T> {
  const deadline = Date.now() + UNTIL;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(told());
    await pause(100);
  }
}

async function read<T>(url: string, ca: string, secret: string): Promise<T> {
  const request = get(url, { ca: readFileSync(ca), headers: { authorization: `Bearer ${secret}` } });
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  return JSON.parse(await text(response)) as T;
}

describe("heaptide agent", () => {
  it("pushes by HTTPS to a server that asks for tokens, where the certificate and the token are the server's", async () => {
    const [jdk] = findJdks();
    const { classes, remove } = compileJava([jdk!]);
    const java = await startJava({ jdk: jdk!, classes, main: "Keeper" });
    onTestFinished(async () => {
      await java.stop();
      remove();
    });
    const { cert, key } = certificate();
    const tokens = new TokenFolder(join(folder, "server"), Date.now);
    const reader = tokens.create("reader", ["read"], null).secret;
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, `${tokens.create("host-1", ["agent"], null, "host-1").secret}\n`);
    const server = heaptide([
      ...["serve", "--agents", "--login", "--port", "0", "--data", join(folder, "server")],
      ...["--tls-cert", cert, "--tls-key", key],
    ]);
    const url = await until(() => /listens at (https:\S+),/.exec(server.said())?.[1] ?? null, server.said);
    const words = ["agent", "--server", url, "--token-file", tokenFile, "--pid", String(java.pid)];

    const distrustful = heaptide([...words, "--name", "host-2", "--data", join(folder, "two")]);
    await until(() => /CERT|SELF_SIGNED/.exec(distrustful.said()), distrustful.said);

    const impostor = heaptide([...words, "--name", "host-3", "--data", join(folder, "three")], { NODE_EXTRA_CA_CERTS: cert });
    await until(() => /OTHER_AGENT/.exec(impostor.said()), impostor.said);

    const agent = heaptide([...words, "--name", "host-1", "--data", join(folder, "one")], { NODE_EXTRA_CA_CERTS: cert });
    const processes = await until(
      async () => {
        const found = await read<{ process: { key: string } }[]>(`${url}/api/processes`, cert, reader);
        return found.length > 0 ? found : null;
      },
      () => `${agent.said()}\n${server.said()}`,
    );
    expect(processes.map(({ process }) => process.key)).toEqual([`pid:${java.pid}@host-1`]);
    const agents = await read<{ name: string; state: string }[]>(`${url}/api/agents`, cert, reader);
    expect(agents).toMatchObject([{ name: "host-1", state: "heard" }]);
  }, 90_000);
});
