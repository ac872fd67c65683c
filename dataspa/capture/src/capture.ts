import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Message, TopicWriter, Transport } from "@dataspa/transport";
import { appendDurably, readIfThere, writeDurably } from "./durable.ts";
import type { CaptureReport } from "./report.ts";
import { captureSource, type Harvest, type KnownPage, type KnownPages } from "./run.ts";
import type { Source } from "./source.ts";
import { dateIn } from "./time.ts";
import { GOOD_MANNERS, type Manners, PoliteWeb } from "./web/polite.ts";

/** The topic of captured events. */
export const EVENTS_TOPIC = "events";

export interface CaptureOptions {
  /** For reports and what is remembered. */
  readonly directory: string;
  readonly transport: Transport;
  readonly manners?: Manners;
  /** Milliseconds; by default the present. */
  readonly clock?: () => number;
}

/** The outbox: what one capture is going to publish. */
interface Parcel {
  readonly report: CaptureReport;
  readonly pages: readonly (readonly [string, KnownPage])[];
  readonly messages: readonly Message[];
}

/**
 * Captures sources and publishes what they list. Whatever ends this process, nothing is lost: a capture lies in the outbox before the first of its records is published, and
 * leaves it when all are safe; what lies there at the start is published once more, with the same record ids, by which the job knows what it has had already.
 */
export class Capture implements AsyncDisposable {
  readonly #directory: string;
  readonly #clock: () => number;
  readonly #web: PoliteWeb;
  readonly #writer: TopicWriter;
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #runs = 0;

  private constructor(options: CaptureOptions, writer: TopicWriter) {
    this.#directory = options.directory;
    this.#clock = options.clock ?? Date.now;
    this.#web = new PoliteWeb(options.manners ?? GOOD_MANNERS);
    this.#writer = writer;
  }

  static async open(options: CaptureOptions): Promise<Capture> {
    for (const folder of ["outbox", "pages"]) await mkdir(join(options.directory, folder), { recursive: true });
    const capture = new Capture(options, await options.transport.writer(EVENTS_TOPIC, "capture"));
    await capture.#emptyOutbox();
    return capture;
  }

  /** Captures one source now. @param night by default the present date where the source is. Never throws for what the source does. */
  capture(source: Source, night = dateIn(source.timeZone, this.#clock())): Promise<CaptureReport> {
    const done = this.#capture(source, night);
    this.#underWay.add(done);
    return done.finally(() => this.#underWay.delete(done));
  }

  /** Ends what is under way; what was not published is fetched again the next time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error("capture was stopped"));
    await Promise.allSettled(this.#underWay);
    await this.#writer.close();
    await this.#web[Symbol.asyncDispose]();
  }

  async #capture(source: Source, night: string): Promise<CaptureReport> {
    const now = this.#clock();
    const run = `${night}-${source.name}-${Date.now().toString(36)}${(this.#runs++ % 1296).toString(36)}`;
    const known = await this.#knownPages(source.name);
    const harvest = await captureSource(source, this.#web, { run, night, now, known, signal: this.#stopped.signal });
    const parcel = pack(harvest);
    const path = join(this.#directory, "outbox", `${run}.json`);
    await writeDurably(path, JSON.stringify(parcel));
    await this.#deliver(parcel, path);
    return parcel.report;
  }

  async #deliver({ report, pages, messages }: Parcel, path: string): Promise<void> {
    await this.#writer.append(messages);
    await this.#writer.flush();
    await appendDurably(reportsFile(this.#directory), JSON.stringify(report));
    // After a failure the next night must not be told "unchanged" of what was never read.
    if (report.status === "ok") await writeDurably(this.#pagesFile(report.source), JSON.stringify(pages));
    await rm(path);
  }

  async #emptyOutbox(): Promise<void> {
    const folder = join(this.#directory, "outbox");
    for (const name of (await readdir(folder)).toSorted()) {
      const path = join(folder, name);
      if (name.endsWith(".json")) await this.#deliver(JSON.parse((await readIfThere(path))!) as Parcel, path);
      else await rm(path);
    }
  }

  async #knownPages(source: string): Promise<KnownPages> {
    const pages = await readIfThere(this.#pagesFile(source));
    return new Map(pages === undefined ? [] : (JSON.parse(pages) as [string, KnownPage][]));
  }

  #pagesFile(source: string): string {
    return join(this.#directory, "pages", `${source}.json`);
  }
}

/** Where the reports are, one a line. A run may stand there twice. */
export function reportsFile(directory: string): string {
  return join(directory, "reports.ndjson");
}

export async function readReports(directory: string): Promise<CaptureReport[]> {
  const lines = ((await readIfThere(reportsFile(directory))) ?? "").split("\n").filter((line) => line.endsWith("}"));
  const reports = lines.map((line) => JSON.parse(line) as CaptureReport);
  return [...new Map(reports.map((report) => [report.run, report])).values()];
}

function pack({ report, events, pages }: Harvest): Parcel {
  const publishedAt = new Date().toISOString();
  const messages = events.map((event, index) => {
    const capture = { record: `${report.run}/${index}`, source: report.source, night: report.night, at: report.at, publishedAt };
    return { key: event.id, value: JSON.stringify({ ...event, capture }) };
  });
  return { report: { ...report, publishedAt }, pages: [...pages], messages };
}
