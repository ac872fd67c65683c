import { join } from "node:path";
import type { Diagnosis } from "@heaptide/model";
import { openStore, type Store } from "@heaptide/store";
import { createApp } from "./api/app.ts";
import { listen } from "./api/listen.ts";
import { type Clock, SYSTEM_CLOCK } from "./collect/clock.ts";
import { FlowDays } from "./flow/days.ts";
import { LogIntake } from "./receive/intake.ts";
import { SessionClock } from "./replay.ts";
import type { ServeOptions } from "./serve-options.ts";
import { logBug } from "./watching.ts";
import { accessTo, controlOf, type Ground, startAgents, startMeasures, startRetention, startStories, startWatching } from "./wiring.ts";

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

/**
 * The whole of Heaptide in one process: probes, store, diagnosis and HTTP API.
 * @throws PORT_IN_USE, CANNOT_LISTEN, and what `openStore` throws
 */
export async function serveHeaptide(options: ServeOptions): Promise<Heaptide> {
  const clock = clockOf(options);
  const ending = new AbortController();
  const store = await openStore(pathOf(options), { clock: () => clock.now() });
  try {
    return await serveFrom({ options, store, clock, signal: ending.signal, startedAt: clock.now() }, ending);
  } catch (error) {
    ending.abort();
    await store.close();
    throw error;
  }
}

async function serveFrom(ground: Ground, ending: AbortController): Promise<Heaptide> {
  const { options, store, clock, startedAt } = ground;
  const { host = "127.0.0.1", port } = options;
  const access = accessTo(ground);
  const stories = await startStories(ground);
  const measures = await startMeasures(ground);
  const watching = await startWatching(ground, stories.follow, measures.sink);
  const { diagnosis, collector } = watching;
  const { ended: agentsEnded, ...agents } = await startAgents(ground, watching, measures.sink);
  const now = () => clock.now();
  const sources = {
    ...{ store, diagnosis, startedAt, now },
    ...{ incidents: stories.incidents, alerts: stories.alerts, latest: measures.latest, history: measures.history },
    intake: new LogIntake({ store, now, onObserved: () => diagnosis.invalidate() }),
    flowDays: await FlowDays.load(store, now),
    about: {
      version: options.version ?? "",
      mode: options.session === undefined ? ("live" as const) : ("session" as const),
      cutOff: options.session?.session.isCutOff ?? false,
    },
    ...agents,
    control: controlOf(collector, agents.agents),
    costs: () => [...(collector?.costs() ?? []), ...agents.agents.costs],
  };
  const app = createApp({ sources, access, host, onBug: logBug, pages: options.pages ?? null });
  const running = [watching.ended, stories.ended, measures.ended, agentsEnded, startRetention(ground)];
  const listening = await listen(app, host, port, { tls: options.tls }).catch(async (error: unknown) => {
    ending.abort();
    await Promise.allSettled(running);
    throw error;
  });
  const close = once(async () => {
    ending.abort();
    await listening.close();
    await Promise.all(running);
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
}

/** What was recorded is shown in its own time. */
function clockOf({ session, clock = SYSTEM_CLOCK }: ServeOptions): Clock {
  return session === undefined ? clock : new SessionClock(clock, session.session.batches[0]?.at ?? 0);
}

function pathOf({ dataDirectory, session }: ServeOptions): string {
  return dataDirectory === null || session !== undefined ? ":memory:" : join(dataDirectory, DATABASE);
}

function once<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= task());
}
