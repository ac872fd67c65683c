import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SYSTEM_CLOCK } from "../collect/clock.ts";

/** For tests with programs of others. Each runs in a folder of its own, on loopback, and is ended by the process that was started. */

/** Where a program is; null where it is not installed. Continuous integration has to have it. */
export function programAt(name: string): string | null {
  for (const folder of [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/bin"]) {
    try {
      const path = join(folder, name);
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  if (process.env["CI"] === "true") throw new Error(`${name} is missing: scripts/setup-debian.sh installs it`);
  return null;
}

export const skipReason = (name: string): string =>
  programAt(name) === null ? ` (skipped: ${name} is not installed, scripts/setup-debian.sh brings it)` : "";

export class Peer implements AsyncDisposable {
  readonly folder: string;
  readonly output: string[] = [];
  #child: ChildProcess | null = null;

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `heaptide-peer-${name}-`));
  }

  start(program: string, words: readonly string[]): void {
    this.#child = spawn(program, words, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => void this.output.push(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await Promise.race([ended, pause(5000).then(() => child.kill("SIGKILL"))]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the answer is there; what fails meanwhile is not ready yet. */
export async function until<T>(what: string, ask: () => Promise<T | null | undefined | false>, seconds = 40): Promise<T> {
  const deadline = SYSTEM_CLOCK.now() + seconds * 1000;
  let last: unknown = "nothing came";
  while (SYSTEM_CLOCK.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await pause(150);
  }
  throw new Error(`${what}: not within ${seconds} s (${String(last)})`);
}
