import { randomUUID } from "node:crypto";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { Alarm, AlertRule, type ChannelShown, type Delivery, Silence } from "@heaptide/model";
import type { RecordChange, Store } from "@heaptide/store";
import type { Clock } from "../collect/clock.ts";
import type { IncidentKeeper } from "../incidents/keeper.ts";
import type { Situation } from "../incidents/situation.ts";
import { stepAlarms } from "./alarms.ts";
import { conditionsOf } from "./conditions.ts";
import { Outbox } from "./outbox.ts";
import type { AlertSettings } from "./settings.ts";

export interface AlertKeeperOptions {
  readonly store: Pick<Store, "records" | "keepRecords">;
  readonly incidents: IncidentKeeper;
  readonly settings: AlertSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly watchingSince: number;
  readonly onBug: (error: unknown) => void;
  readonly baseUrl?: string | null;
}

const STEP_EVERY = 2_000;
const KEEP_RESOLVED = 7 * 86_400_000;

/** Alarms, their rules and silences, kept on the disk; and the loop that steps them and sends what is to be said. */
export class AlertKeeper {
  readonly #options: AlertKeeperOptions;
  readonly #outbox: Outbox;
  readonly #alarms: Map<string, Alarm>;
  readonly #silences: Map<string, Silence>;
  readonly #rules: Map<string, AlertRule>;
  /** As they stand on the disk. */
  readonly #stored: Map<string, Alarm>;
  #situation: Situation | null = null;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: AlertKeeperOptions, outbox: Outbox, kept: { alarms: Alarm[]; silences: Silence[]; rules: AlertRule[] }) {
    this.#options = options;
    this.#outbox = outbox;
    this.#alarms = new Map(kept.alarms.map((alarm) => [alarm.key, alarm]));
    this.#stored = new Map(this.#alarms);
    this.#silences = new Map(kept.silences.map((silence) => [silence.id, silence]));
    this.#rules = new Map([...options.settings.rules, ...kept.rules].map((rule) => [rule.id, rule]));
  }

  static async load(options: AlertKeeperOptions): Promise<AlertKeeper> {
    const { store, settings, clock, signal, onBug, baseUrl = null } = options;
    const outbox = await Outbox.load({ store, channels: settings.channels, now: () => clock.now(), signal, onBug, baseUrl });
    const kept = {
      alarms: (await store.records("alarm")).flatMap(({ content }) => Alarm.safeParse(content).data ?? []),
      silences: (await store.records("silence")).flatMap(({ content }) => Silence.safeParse(content).data ?? []),
      rules: (await store.records("rule")).flatMap(({ content }) => AlertRule.safeParse(content).data ?? []),
    };
    return new AlertKeeper(options, outbox, kept);
  }

  get rules(): readonly AlertRule[] {
    return [...this.#rules.values()];
  }

  /** Firing ones first, then the latest. */
  get alarms(): readonly Alarm[] {
    const rank = { firing: 0, pending: 1, resolved: 2 };
    return [...this.#alarms.values()].toSorted((a, b) => rank[a.state] - rank[b.state] || b.since.localeCompare(a.since));
  }

  get silences(): readonly Silence[] {
    return [...this.#silences.values()].toSorted((a, b) => b.from.localeCompare(a.from));
  }

  get deliveries(): readonly Delivery[] {
    return this.#outbox.all;
  }

  get channels(): readonly ChannelShown[] {
    return this.#options.settings.channels.map(({ name, kind, target }) => ({ name, kind, target }));
  }

  /** What is the case now. The alarms follow at once. */
  async observe(situation: Situation): Promise<void> {
    this.#situation = situation;
    await this.#step();
  }

  /** Steps and sends until the signal is aborted. */
  async run(): Promise<void> {
    const { clock, signal, onBug } = this.#options;
    while (!signal.aborted) {
      await this.#step().catch(onBug);
      // Not awaited: a channel that is slow must not hold up the alarms. The outbox keeps its own order.
      void this.deliver().catch(onBug);
      void this.#outbox.refresh(this.alarms.filter(({ state, silencedBy }) => state === "firing" && silencedBy === null)).catch(onBug);
      await clock.sleep(STEP_EVERY, signal);
    }
  }

  /** Sends what waits and is due, once. */
  deliver(): Promise<void> {
    return this.#outbox.flush();
  }

  /** @throws NOT_FOUND, DISK_FULL */
  async changeRule(id: string, change: Partial<Omit<AlertRule, "id" | "when">>): Promise<AlertRule> {
    const rule = this.#rules.get(id);
    if (rule === undefined) throw new HeaptideError("NOT_FOUND", { what: `rule ${JSON.stringify(id)}` });
    const changed = { ...rule, ...change };
    await this.#options.store.keepRecords([{ kind: "rule", id, seen: this.#options.clock.now(), content: changed }]);
    this.#rules.set(id, changed);
    return changed;
  }

  /** @throws DISK_FULL */
  async silence(silence: Omit<Silence, "id">): Promise<Silence> {
    return this.#keepSilence({ ...silence, id: randomUUID() });
  }

  /** @throws NOT_FOUND, DISK_FULL */
  async endSilence(id: string): Promise<Silence> {
    const silence = this.#silences.get(id);
    if (silence === undefined) throw new HeaptideError("NOT_FOUND", { what: `silence ${JSON.stringify(id)}` });
    return this.#keepSilence({ ...silence, to: new Date(this.#options.clock.now()).toISOString() });
  }

  test(channel: string | null): Promise<Delivery[]> {
    return this.#outbox.test(channel);
  }

  retry(delivery: string): Promise<Delivery> {
    return this.#outbox.retry(delivery);
  }

  async #keepSilence(silence: Silence): Promise<Silence> {
    await this.#options.store.keepRecords([{ kind: "silence", id: silence.id, seen: Date.parse(silence.from), content: silence }]);
    this.#silences.set(silence.id, silence);
    return silence;
  }

  /** One after the other: two steps from the same state would say the same twice. */
  #step(): Promise<void> {
    this.#running = this.#running.catch(() => undefined).then(() => this.#stepAlone());
    return this.#running;
  }

  async #stepAlone(): Promise<void> {
    if (this.#situation === null) return;
    const { clock, incidents, watchingSince, store } = this.#options;
    const at = clock.now();
    const alarms = [...this.#alarms.values()];
    const conditions = conditionsOf(this.rules, incidents.all, { ...this.#situation, at });
    const settled = new Set(incidents.all.filter(({ state }) => state === "verified").map(({ id }) => id));
    const step = stepAlarms({ alarms, conditions, rules: this.rules, silences: this.silences, at, settled, watchingSince });
    const { changes, take } = this.#outbox.prepare(step.notifications);
    const forgotten = alarms.filter(({ resolvedAt }) => resolvedAt !== null && at - Date.parse(resolvedAt) > KEEP_RESOLVED);
    const news = step.alarms.filter((alarm) => isNews(this.#stored.get(alarm.key), alarm));
    try {
      await store.keepRecords([
        ...news.map((alarm) => recordOf(alarm.key, alarm)),
        ...forgotten.map(({ key }) => recordOf(key, null)),
        ...changes,
      ]);
    } catch (error) {
      // Disk full: what would be said is not on the disk yet, so nothing has happened; the next step comes to the same.
      if (isHeaptideError(error)) return;
      throw error;
    }
    for (const alarm of step.alarms) this.#alarms.set(alarm.key, alarm);
    for (const alarm of news) this.#stored.set(alarm.key, alarm);
    for (const { key } of forgotten) {
      this.#alarms.delete(key);
      this.#stored.delete(key);
    }
    take();
  }
}

const recordOf = (key: string, alarm: Alarm | null): RecordChange => ({
  kind: "alarm",
  id: key,
  seen: alarm === null ? 0 : Date.parse(alarm.since),
  content: alarm,
});

/** When it was last seen is written down once a minute: a restart needs it no finer. */
function isNews(before: Alarm | undefined, after: Alarm): boolean {
  if (before === undefined) return true;
  const { lastSeen, ...rest } = after;
  const { lastSeen: seen, ...old } = before;
  return JSON.stringify(rest) !== JSON.stringify(old) || Date.parse(lastSeen) - Date.parse(seen) > 60_000;
}
