import { setTimeout as pause } from "node:timers/promises";
import type { Observation } from "@heaptide/model";
import { encodeObservations } from "@heaptide/server";

const LINES = 500;

/** What was acknowledged, and must be there at the end. */
export interface Acknowledged {
  lines: number;
  linesSent: number;
  readonly changes: Set<string>;
  readonly samples: Set<number>;
  readonly gaps: Set<string>;
}

/** Everything that others send, again and again until it is acknowledged. */
export class Load {
  readonly acknowledged: Acknowledged = { lines: 0, linesSent: 0, changes: new Set(), samples: new Set(), gaps: new Set() };
  readonly #url: string;
  #isOver = false;

  constructor(url: string) {
    this.#url = url;
  }

  stop(): void {
    this.#isOver = true;
  }

  async run(): Promise<void> {
    await Promise.all([this.#lines(), this.#changes(), this.#gaps(), this.#samples()]);
  }

  async #lines(): Promise<void> {
    const body =
      `${new Date().toISOString().replace("T", " ").replace(".", ",").slice(0, 23)} INFO  org.example.Chaos [] - a line of chaos\n`.repeat(
        LINES,
      );
    while (!this.#isOver) {
      this.acknowledged.linesSent += LINES;
      if (await this.#post("/api/logs?host=chaos-shipper&service=x", body)) this.acknowledged.lines += LINES;
      await pause(20);
    }
  }

  async #changes(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const id = `chaos-${n}`;
      await this.#until(`/api/changes`, JSON.stringify({ id, title: `Change ${n}` }));
      this.acknowledged.changes.add(id);
      await pause(30);
    }
  }

  async #gaps(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const id = `chaos-gap-${n}`;
      await this.#until("/api/gaps", JSON.stringify({ id, from: new Date().toISOString(), title: `Nothing came, number ${n}` }));
      this.acknowledged.gaps.add(id);
      await pause(5000);
    }
  }

  async #samples(): Promise<void> {
    const key = "pid:1@synthetic";
    const incarnation = {
      ...{ key: "synthetic/1@1", process: key, pid: 1, startedAt: Date.now(), endedAt: null, flinkId: null, command: "java" },
      ...{ javaVersion: null, collector: null, limits: {} },
    };
    const seen: Observation = { type: "process", at: Date.now(), process: { key, name: "Synthetic", role: "jvm" }, incarnation };
    for (let n = 0; !this.#isOver; n++) {
      const at = Date.now();
      const batch = Array.from({ length: 20 }, (_, i): Observation => ({
        type: "sample",
        at: at + i,
        incarnation: incarnation.key,
        measure: "threads",
        value: n,
      }));
      await this.#until("/api/agent/observations?agent=synthetic", new Uint8Array(encodeObservations([seen, ...batch])), {
        "content-encoding": "gzip",
      });
      for (const { at: time } of batch) this.acknowledged.samples.add(time);
      await pause(50);
    }
  }

  /** As agents and pipelines do: until it is taken. */
  async #until(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<void> {
    while (!(await this.#post(path, body, headers))) await pause(100);
  }

  async #post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<boolean> {
    try {
      const answer = await fetch(this.#url + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
      await answer.text();
      return answer.ok;
    } catch {
      return false;
    }
  }
}
