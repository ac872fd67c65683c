import { hostname } from "node:os";
import { join } from "node:path";
import { HeaptideError } from "@heaptide/base";
import type { Observation } from "@heaptide/model";
import type { Store } from "@heaptide/store";
import { type Access, accessOf } from "./access/gate.ts";
import { TokenFolder } from "./access/tokens.ts";
import { AgentRegistry } from "./agents/registry.ts";
import { AlertKeeper } from "./alerts/keeper.ts";
import { NO_ALERT_SETTINGS } from "./alerts/settings.ts";
import type { AgentSources } from "./api/agents.ts";
import { isLoopback } from "./api/guard.ts";
import type { Clock } from "./collect/clock.ts";
import type { Control } from "./collect/collector.ts";
import type { Sink } from "./collect/probe.ts";
import { IncidentKeeper } from "./incidents/keeper.ts";
import { LatestValues } from "./metrics/latest.ts";
import { RemoteHistory } from "./metrics/remote-history.ts";
import { RemoteWrite } from "./metrics/remote-write.ts";
import { Admission } from "./receive/admission.ts";
import { SessionClock } from "./replay.ts";
import type { ServeOptions } from "./serve-options.ts";
import { logBug, watchHeaptide, type WatchHeaptideOptions, type Watching, watchSession } from "./watching.ts";

/** What every part of a server stands on. */
export interface Ground {
  readonly options: ServeOptions;
  readonly store: Store;
  readonly clock: Clock;
  /** Ends every part. */
  readonly signal: AbortSignal;
  readonly startedAt: number;
}

/** Who may do what. @throws NO_TOKENS where a token is needed and there is none: nobody could ever come in */
export function accessTo({ options, clock }: Ground): Access {
  const { host = "127.0.0.1", login = false, dataDirectory, publicUrl, tls } = options;
  // Tokens and sessions live in the present, also where something recorded is shown.
  const now = clock instanceof SessionClock ? Date.now : () => clock.now();
  const needsLogin = login || !isLoopback(host);
  const tokens = needsLogin && dataDirectory !== null ? new TokenFolder(dataDirectory, now) : null;
  if (needsLogin && (tokens?.list() ?? []).length === 0) throw new HeaptideError("NO_TOKENS", { host, data: dataDirectory });
  return accessOf({
    tokens,
    dataDirectory: options.session === undefined ? dataDirectory : null,
    isSecure: tls !== undefined || (publicUrl?.startsWith("https:") ?? false),
    publicOrigin: publicUrl === undefined ? null : new URL(publicUrl).origin,
    now,
  });
}

/** Incidents, and the alarms about them. */
export interface Stories {
  readonly incidents: IncidentKeeper;
  readonly alerts: AlertKeeper;
  readonly follow: NonNullable<WatchHeaptideOptions["follow"]>;
  readonly ended: Promise<void>;
}

export async function startStories({ options, store, clock, signal, startedAt }: Ground): Promise<Stories> {
  const incidents = await IncidentKeeper.load({ store, now: () => clock.now(), watchingSince: startedAt });
  const alerts = await AlertKeeper.load({
    ...{ store, incidents, clock, signal, onBug: logBug, watchingSince: startedAt },
    settings: options.alerts ?? NO_ALERT_SETTINGS,
    baseUrl: pagesAt(options),
  });
  return {
    incidents,
    alerts,
    follow: async (history, diagnosis) => alerts.observe(await incidents.update(history, diagnosis)),
    // Of what was recorded, nobody is to be told again.
    ended: options.session === undefined ? alerts.run() : Promise.resolve(),
  };
}

/** Address of the pages, for links; null where the port is not known before it is bound. */
function pagesAt({ publicUrl, host = "127.0.0.1", port, tls }: ServeOptions): string | null {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, "");
  if (port === 0) return null;
  const name = host === "0.0.0.0" || host === "::" ? hostname() : host.includes(":") ? `[${host}]` : host;
  return `${tls === undefined ? "http" : "https"}://${name}:${port}`;
}

/** What was measured last, and the way of measures to other stores. */
export interface Measures {
  readonly latest: LatestValues;
  readonly history: RemoteHistory | null;
  /** Gets everything that is observed. */
  readonly sink: Sink;
  readonly ended: Promise<void>;
}

export async function startMeasures({ options, store, clock, signal }: Ground): Promise<Measures> {
  const { remoteWrite, history, dataDirectory } = options;
  const latest = new LatestValues();
  latest.append(await livingProcesses(store));
  const processOf = (key: string) => latest.processOf(key);
  const remote =
    // What was recorded is sent nowhere: it is another time's, and perhaps another company's.
    remoteWrite && dataDirectory !== null && options.session === undefined
      ? new RemoteWrite({ ...remoteWrite, folder: join(dataDirectory, "remote-write"), clock, signal, processOf })
      : null;
  const sink: Sink = {
    append(observations) {
      const all = [...observations];
      latest.append(all);
      remote?.append(all);
    },
  };
  return {
    latest,
    history: history ? new RemoteHistory(history.url, history.headers) : null,
    sink,
    ended: remote?.run() ?? Promise.resolve(),
  };
}

/** Begins to watch what is there, or plays what was recorded. */
export function startWatching(ground: Ground, follow: Stories["follow"], record: Sink): Promise<Watching> {
  const { options, store, signal, clock } = ground;
  return options.session !== undefined && clock instanceof SessionClock
    ? watchSession({ ...options.session, store, signal, clock, follow, record })
    : watchHeaptide({ ...options, store, signal, clock, follow, record });
}

/** What agents push, and what is said to them. */
export interface Agents extends AgentSources {
  readonly ended: Promise<void>;
}

export async function startAgents({ store, clock, signal }: Ground, { diagnosis }: Watching, measures: Sink): Promise<Agents> {
  const onObserved = (observations: readonly Observation[]): void => {
    measures.append(observations);
    diagnosis.noteObserved(observations);
  };
  const agents = await AgentRegistry.load({ store, clock, signal, onObserved, diagnosis: () => diagnosis.latest, onBug: logBug });
  return {
    agents,
    admission: new Admission(),
    async takeObserved(observations) {
      await store.keep(observations);
      onObserved(observations);
    },
    ended: agents.run(),
  };
}

/** What may be changed while it runs, here and on the hosts of agents. */
export function controlOf(collector: Control | null, agents: AgentRegistry): Control | null {
  if (collector === null) return null;
  const heard = () => agents.all.filter(({ state }) => state !== "left").map(({ name }) => `agent ${name}`);
  return {
    watch: (target) => collector.watch(target),
    targets: () => [...collector.targets(), ...heard()],
    watchedPids: () => collector.watchedPids(),
    isCounting: (incarnation) => collector.isCounting(incarnation) || agents.isCounting(incarnation),
    switchCounting: (incarnation, on) => collector.switchCounting(incarnation, on) || agents.switchCounting(incarnation, on),
  };
}

const DAY = 86_400_000;
const KEEP = 14 * DAY;
const RETENTION_EVERY = 3_600_000;

/** Drops what is too old, once an hour. */
export async function startRetention({ options, store, clock, signal }: Ground): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RETENTION_EVERY, signal);
    if (!signal.aborted) await store.retain({ age: options.keep ?? KEEP }).catch(logBug);
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
