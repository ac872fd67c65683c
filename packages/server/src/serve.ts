import { join } from "node:path";
import type { Diagnosis, Observation } from "@heaptide/model";
import { openStore, type Session, type Store } from "@heaptide/store";
import { AlertKeeper } from "./alerts/keeper.ts";
import { type AlertSettings, NO_ALERT_SETTINGS } from "./alerts/settings.ts";
import { createApp } from "./api/app.ts";
import { listen } from "./api/listen.ts";
import type { BudgetOptions } from "./collect/budget.ts";
import { type Clock, SYSTEM_CLOCK } from "./collect/clock.ts";
import type { Target } from "./collect/collector.ts";
import { IncidentKeeper } from "./incidents/keeper.ts";
import { LatestValues } from "./metrics/latest.ts";
import { RemoteHistory } from "./metrics/remote-history.ts";
import { RemoteWrite } from "./metrics/remote-write.ts";
import type { Sink } from "./collect/probe.ts";
import { LogIntake } from "./receive/intake.ts";
import { SessionClock } from "./replay.ts";
import { logBug, watchHeaptide, type WatchHeaptideOptions, watchSession } from "./watching.ts";

export interface ServeOptions {
  readonly targets: readonly Target[];
  /** Shows what was recorded instead of watching; `dataDirectory` is not touched. */
  readonly session?: SessionToShow;
  /** Folder of the database; null keeps everything in memory. */
  readonly dataDirectory: string | null;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly budget?: BudgetOptions;
  readonly histogramEvery?: number;
  /** What is older is dropped, milliseconds. */
  readonly keep?: number;
  /** Folder of the built pages, served at `/`. */
  readonly pages?: string;
  readonly version?: string;
  /** Channels and rules; without them alarms are shown, and told to nobody. */
  readonly alerts?: AlertSettings;
  /** Samples are sent on there, too. Needs a data folder. */
  readonly remoteWrite?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  /** Address of a store of Prometheus's kind that has older samples. */
  readonly history?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  /** Ends the server as `close()` does. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

export interface SessionToShow {
  readonly session: Session;
  /** So many times as fast as it was recorded, while the server answers already; Infinity: all of it before. */
  readonly speed: number;
  readonly onProgress?: (share: number) => void;
}

export interface Heaptide {
  /** Of the API, as `http://127.0.0.1:7070`. */
  readonly url: string;
  readonly store: Store;
  /** null until the first evaluation. */
  diagnosis(): Diagnosis | null;
  /** Evaluates with everything observed so far. */
  diagnoseNow(): Promise<Diagnosis>;
  /** @returns a function that ends the listening */
  onDiagnosis(listener: (diagnosis: Diagnosis) => void): () => void;
  /** Ends the probes, stops the recordings, writes what waits, and closes everything. */
  close(): Promise<void>;
}

const DATABASE = "heaptide.duckdb";
const DAY = 86_400_000;
const KEEP = 14 * DAY;
const RETENTION_EVERY = 3_600_000;

/**
 * The whole of Heaptide in one process: probes, store, diagnosis and HTTP API.
 * @throws PORT_IN_USE, CANNOT_LISTEN, and what `openStore` throws
 */
export async function serveHeaptide(options: ServeOptions): Promise<Heaptide> {
  const { host = "127.0.0.1", port, session: shown } = options;
  const real = options.clock ?? SYSTEM_CLOCK;
  const clock = shown === undefined ? real : new SessionClock(real, shown.session.batches[0]?.at ?? 0);
  const ending = new AbortController();
  const path = options.dataDirectory === null || shown !== undefined ? ":memory:" : join(options.dataDirectory, DATABASE);
  const store = await openStore(path, { clock: () => clock.now() });
  try {
    const startedAt = clock.now();
    const { signal } = ending;
    const incidents = await IncidentKeeper.load({ store, now: () => clock.now(), watchingSince: startedAt });
    const alerts = await AlertKeeper.load({
      ...{ store, incidents, clock, signal, onBug: logBug, watchingSince: startedAt },
      settings: options.alerts ?? NO_ALERT_SETTINGS,
    });
    const follow: WatchHeaptideOptions["follow"] = async (history, diagnosis) => alerts.observe(await incidents.update(history, diagnosis));
    const latest = new LatestValues();
    latest.append(await livingProcesses(store));
    const remote =
      options.remoteWrite && options.dataDirectory !== null
        ? new RemoteWrite({
            ...options.remoteWrite,
            folder: join(options.dataDirectory, "remote-write"),
            clock,
            signal,
            processOf: (key) => latest.processOf(key),
          })
        : null;
    const record: Sink = {
      append(observations) {
        const all = [...observations];
        latest.append(all);
        remote?.append(all);
      },
    };
    const watching =
      shown !== undefined && clock instanceof SessionClock
        ? await watchSession({ ...shown, store, signal, clock, follow })
        : await watchHeaptide({ ...options, store, signal, clock, follow, record });
    // Of what was recorded, nobody is to be told again.
    const alarming = shown === undefined ? alerts.run() : Promise.resolve();
    const sending = remote?.run() ?? Promise.resolve();
    const { diagnosis, collector } = watching;
    const about = { version: options.version ?? "", mode: shown === undefined ? ("live" as const) : ("session" as const) };
    const costs = () => collector?.costs() ?? [];
    const now = () => clock.now();
    const history = options.history ? new RemoteHistory(options.history.url, options.history.headers) : null;
    const intake = new LogIntake({ store, now, onObserved: () => diagnosis.invalidate() });
    const sources = { store, diagnosis, incidents, alerts, intake, latest, history, about, control: collector, costs, startedAt, now };
    const listening = await listen(createApp({ sources, host, onBug: logBug, pages: options.pages ?? null }), host, port);
    const retention = dropOld(store, options.keep ?? KEEP, clock, ending.signal);
    const close = once(async () => {
      ending.abort();
      await listening.close();
      await Promise.all([watching.ended, alarming, sending, retention]);
      await store.close();
    });
    options.signal?.addEventListener("abort", () => void close().catch(logBug), { once: true });
    return {
      url: listening.url,
      store,
      diagnosis: () => diagnosis.latest,
      diagnoseNow: () => diagnosis.evaluate(),
      onDiagnosis: (listener) => diagnosis.onUpdate(listener),
      close,
    };
  } catch (error) {
    ending.abort();
    await store.close();
    throw error;
  }
}

/** Lives that went on when the server ended: their process is known before it is seen again. */
async function livingProcesses(store: Store): Promise<Observation[]> {
  return (await store.processes()).flatMap(({ process, incarnations }) => {
    const last = incarnations.at(-1);
    return last === undefined || last.endedAt !== null
      ? []
      : [{ type: "process" as const, at: last.startedAt, process, incarnation: last }];
  });
}

async function dropOld(store: Store, age: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RETENTION_EVERY, signal);
    if (!signal.aborted) await store.retain({ age }).catch(logBug);
  }
}

function once<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= task());
}
