import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { reportedProcess } from "@heaptide/flink";
import { jvmReading, parseMetricsText, type RemoteReading } from "@heaptide/jvm";
import type { Observation, ProcessIdentity } from "@heaptide/model";
import type { Probe } from "../probe.ts";
import { RemoteLives } from "../remote-lives.ts";
import type { ScrapedJobs } from "../scraped-jobs.ts";
import type { Watches } from "../watches.ts";
import { samplesOf } from "./remote-samples.ts";

/** As Prometheus itself does, or more often: a law of growth needs counts and memory close together. */
const INTERVAL = 10_000;
const TIMEOUT = 10_000;
/** A TaskManager with thousands of subtasks publishes some ten MB. */
const LARGEST = 64 << 20;
const ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/** One process that publishes metrics for Prometheus: a Flink process by Flink's own reporter, any JVM by the JMX exporter or a client library. */
export class ScrapeProbe implements Probe {
  readonly name: string;
  readonly incarnation = null;
  readonly #url: string;
  readonly #watches: Watches;
  readonly #lives: RemoteLives;
  readonly #jobs: ScrapedJobs;

  constructor(url: string, watches: Watches, jobs: ScrapedJobs) {
    this.#url = url;
    this.name = `scrape ${hostOf(url)}`;
    this.#watches = watches;
    this.#jobs = jobs;
    this.#lives = new RemoteLives(watches, { notLocal: "only its metrics are read" });
  }

  interval(): number {
    return INTERVAL;
  }

  async look(signal: AbortSignal): Promise<readonly Observation[]> {
    const samples = [...parseMetricsText(await this.#page(signal))];
    const at = this.#watches.clock.now();
    const flink = reportedProcess(samples);
    const jvm = jvmReading(samples);
    const reading = merged(jvm, flink);
    if (reading === null) throw this.#failed("no JVM tells of itself there (jvm_memory_used_bytes or Flink's Status_JVM_...)");
    const { incarnation, collected } = await this.#lives.see({
      process: processOf(this.#url, flink),
      life: { pid: null, flinkId: flink?.id ?? null, command: "", javaVersion: null, collector: null, limits: reading.limits },
      startedAt: reading.startedAt,
      collections: reading.values.get("gc.count") ?? null,
    });
    const jobs = flink === null ? [] : this.#jobs.see({ source: this.#url, at, incarnation, role: flink.role, jobs: flink.jobs });
    return [...samplesOf(reading, { incarnation, at, collected }), ...jobs];
  }

  async #page(signal: AbortSignal): Promise<string> {
    try {
      const { username, password, ...rest } = partsOf(this.#url);
      const authorization = username === "" ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
      const response = await fetch(rest.url, {
        headers: { accept: ACCEPT, ...authorization },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      });
      if (!response.ok) throw this.#failed(`status ${response.status}`);
      return await textOf(response);
    } catch (error) {
      signal.throwIfAborted();
      await this.#lives.miss();
      if (isHeaptideError(error)) throw error;
      const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
      throw this.#failed(cause?.code ?? message, error);
    }
  }

  #failed(cause: string, error?: unknown): HeaptideError {
    return new HeaptideError("SCRAPE_FAILED", { url: partsOf(this.#url).url, cause }, { cause: error });
  }
}

/** Flink tells more of a Flink process; what only the JVM's own exporter tells is taken from that, where a page has both. */
function merged(jvm: RemoteReading | null, flink: Omit<RemoteReading, "startedAt"> | null): RemoteReading | null {
  if (flink === null) return jvm;
  return {
    startedAt: jvm?.startedAt ?? null,
    values: new Map([...(jvm?.values ?? []), ...flink.values]),
    afterGc: jvm?.afterGc ?? flink.afterGc,
    limits: { ...jvm?.limits, ...flink.limits },
  };
}

function processOf(url: string, flink: ReturnType<typeof reportedProcess>): ProcessIdentity {
  const host = hostOf(url);
  if (flink === null) return { key: `scrape:${host}`, name: `JVM ${host}`, role: "jvm" };
  const name = flink.role === "taskmanager" ? "TaskManager" : "JobManager";
  return { key: `${flink.role}:${host}`, name: `${name} ${host}`, role: flink.role };
}

const hostOf = (url: string): string => new URL(url).host;

/** `fetch` refuses addresses with a password in them. */
function partsOf(address: string): { url: string; username: string; password: string } {
  const url = new URL(address);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.username = "";
  url.password = "";
  return { url: url.href, username, password };
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    if (size > LARGEST) throw new RangeError(`the page is larger than ${LARGEST >> 20} MiB`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
