import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

const HEAPTIDE = join(import.meta.dirname, "../../packages/cli/bin/heaptide.mjs");
/** Of the kernel's clock in which /proc counts processor time: 100 a second on every Linux that Node runs on. */
const TICKS = 100;

/** A `heaptide` of its own, measured from outside; ended by its pid and nothing else. */
export class Child implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  output = "";

  /** @param before words in front: what runs it, such as `unshare` */
  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}, before: readonly string[] = []) {
    const [program, ...rest] = [...before, process.execPath, HEAPTIDE, ...words];
    this.#child = spawn(program!, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.output = (this.output + text).slice(-20_000)));
    }
    this.#ended = new Promise((resolve) => this.#child.once("exit", () => resolve()));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Seconds of processor time so far. */
  get cpu(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  /** Resident bytes. */
  get resident(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))![1]) * 1024;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill("SIGTERM");
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

/** Waits until a server answers. @throws with its output, when it does not within three minutes */
export async function untilHealthy(url: string, child: Pick<Child, "output">): Promise<void> {
  const deadline = performance.now() + 180_000;
  while (performance.now() < deadline) {
    if (
      await fetch(`${url}/api/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no answer from ${url}: ${child.output}`);
}
