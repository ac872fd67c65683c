import { randomUUID } from "node:crypto";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { Alarm, Delivery } from "@heaptide/model";
import type { RecordChange, Store } from "@heaptide/store";
import type { z } from "zod";
import type { Notification } from "./alarms.ts";
import type { Channel, Message } from "./channels/channel.ts";

/** A delivery with what is to be said: enough to go on after a restart. */
const StoredDelivery = Delivery.extend({ told: Alarm.array(), link: Delivery.shape.problem });
type StoredDelivery = z.infer<typeof StoredDelivery>;

export interface OutboxOptions {
  readonly store: Pick<Store, "records" | "keepRecords">;
  readonly channels: readonly Channel[];
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onBug: (error: unknown) => void;
  /** Address of the UI, for links; null: messages carry none. */
  readonly baseUrl: string | null;
}

const FIRST_RETRY = 5_000;
const LONGEST_RETRY = 900_000;
/** With the waits above, about a day. */
const MOST_ATTEMPTS = 100;
/** A channel that is away for long must not fill the memory: beyond so many, messages that fail are given up. */
const MOST_WAITING = 1000;
const KEEP_DELIVERED = 7 * 86_400_000;

/**
 * Notifications on their way. Each is on the disk before anything is sent, in the same transaction as the alarm that it tells of, and leaves it only after the
 * channel has taken it: a killed server sends it again, with the same id.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  /** In the order in which they were made. */
  readonly #deliveries: Map<string, StoredDelivery>;
  readonly #sending = new Set<string>();
  #made = 0;
  readonly #refreshed = new Map<string, number>();

  private constructor(options: OutboxOptions, deliveries: readonly StoredDelivery[]) {
    this.#options = options;
    this.#deliveries = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  }

  static async load(options: OutboxOptions): Promise<Outbox> {
    const records = await options.store.records("delivery");
    return new Outbox(
      options,
      records.toSorted((a, b) => (a.id < b.id ? -1 : 1)).flatMap(({ content }) => StoredDelivery.safeParse(content).data ?? []),
    );
  }

  /** The latest first. */
  get all(): readonly Delivery[] {
    return [...this.#deliveries.values()].reverse().map((one) => Delivery.parse(one));
  }

  /** What has to be stored for notifications to be sent. The caller stores it, with what belongs to it, and calls `take` then. */
  prepare(notifications: readonly Notification[]): { readonly changes: RecordChange[]; readonly take: () => void } {
    const fresh = notifications.flatMap((notification) => this.#deliveriesOf(notification));
    return { changes: fresh.map(recordOf), take: () => fresh.forEach((delivery) => this.#deliveries.set(delivery.id, delivery)) };
  }

  /** Sends what is due; a channel has one message on its way at a time, in the order in which they were made. */
  async flush(): Promise<void> {
    const now = this.#options.now();
    const oldest = new Map<string, StoredDelivery>();
    for (const delivery of this.#deliveries.values()) {
      if (delivery.state === "waiting" && !oldest.has(delivery.channel)) oldest.set(delivery.channel, delivery);
    }
    const due = [...oldest.values()].filter(({ channel, nextAttempt }) => !this.#sending.has(channel) && Date.parse(nextAttempt!) <= now);
    await Promise.all(due.map((delivery) => this.#attempt(delivery)));
    if (due.some(({ id }) => this.#deliveries.get(id)?.state === "delivered")) await this.flush();
  }

  /** Tries a delivery again that was given up. @throws NOT_FOUND */
  async retry(id: string): Promise<Delivery> {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined) throw new HeaptideError("NOT_FOUND", { what: `delivery ${JSON.stringify(id)}` });
    if (delivery.state === "dead") await this.#keep({ ...delivery, state: "waiting", attempts: 0, nextAttempt: this.#iso() });
    return Delivery.parse(this.#deliveries.get(id));
  }

  /** Sends at once, past the outbox, so that whoever asks learns what happened. @throws NO_CHANNEL */
  async test(name: string | null): Promise<Delivery[]> {
    const asked = this.#options.channels.filter((channel) => name === null || channel.name === name);
    if (asked.length === 0) throw new HeaptideError("NO_CHANNEL", { channel: name });
    return Promise.all(asked.map((channel) => this.#testOne(channel)));
  }

  /** Says again what fires to the channels that take silence for an end. Nothing is kept of it: the next time comes anyway. */
  async refresh(alarms: readonly Alarm[]): Promise<void> {
    const { channels, now, signal, onBug, baseUrl } = this.#options;
    if (alarms.length === 0) return;
    for (const channel of channels) {
      const { name, refreshEvery } = channel;
      if (refreshEvery === undefined || now() - (this.#refreshed.get(name) ?? 0) < refreshEvery) continue;
      this.#refreshed.set(name, now());
      const message: Message = { id: randomUUID(), event: "firing", at: now(), title: alarms[0]!.title, alarms, link: baseUrl };
      await problemOf(() => channel.send(message, signal), onBug);
    }
  }

  async #testOne(channel: Channel): Promise<Delivery> {
    const { now, signal, onBug } = this.#options;
    const message: Message = {
      id: randomUUID(),
      event: "test",
      at: now(),
      title: "Heaptide can reach this channel",
      alarms: [],
      link: null,
    };
    const problem = await problemOf(() => channel.send(message, signal), onBug);
    const at = this.#iso();
    const state = problem === null ? ("delivered" as const) : ("dead" as const);
    const { id, event, title } = message;
    const deliveredAt = problem === null ? at : null;
    return {
      id,
      channel: channel.name,
      event,
      title,
      alarms: [],
      createdAt: at,
      state,
      attempts: 1,
      nextAttempt: null,
      deliveredAt,
      problem,
    };
  }

  #deliveriesOf({ event, alarms, channels: names }: Notification): StoredDelivery[] {
    const { channels, baseUrl } = this.#options;
    const [first] = alarms;
    if (first === undefined) return [];
    const link = baseUrl === null || first.incident === null ? null : `${baseUrl}/incidents/${first.incident}`;
    const at = this.#iso();
    const more = alarms.length > 1 ? ` (and ${alarms.length - 1} more)` : "";
    const told = { event, title: first.title + more, alarms: alarms.map(({ key }) => key), told: [...alarms], link };
    const waiting = { createdAt: at, state: "waiting" as const, attempts: 0, nextAttempt: at, deliveredAt: null, problem: null };
    return channels
      .filter(({ name }) => names === null || names.includes(name))
      .map(({ name }) => ({ id: this.#nextId(), channel: name, ...told, ...waiting }));
  }

  async #attempt(delivery: StoredDelivery): Promise<void> {
    const { channels, now, signal, onBug } = this.#options;
    const { id, channel: name, event, title, told, link } = delivery;
    const channel = channels.find((one) => one.name === name);
    if (channel === undefined)
      return this.#keep({ ...delivery, state: "dead", nextAttempt: null, problem: "This channel is not configured any more." });
    this.#sending.add(name);
    try {
      const problem = await problemOf(() => channel.send({ id, event, at: now(), title, alarms: told, link }, signal), onBug);
      // Not delivered because the server is being ended: it waits as it did.
      if (problem !== null && signal.aborted) return;
      await this.#keep(problem === null ? this.#delivered(delivery) : this.#failed(delivery, problem));
    } finally {
      this.#sending.delete(name);
    }
  }

  #delivered(delivery: StoredDelivery): StoredDelivery {
    return { ...delivery, state: "delivered", attempts: delivery.attempts + 1, deliveredAt: this.#iso(), nextAttempt: null, problem: null };
  }

  #failed(delivery: StoredDelivery, problem: string): StoredDelivery {
    const attempts = delivery.attempts + 1;
    const waiting = [...this.#deliveries.values()].filter(({ state, channel }) => state === "waiting" && channel === delivery.channel);
    if (attempts >= MOST_ATTEMPTS || waiting.length > MOST_WAITING)
      return { ...delivery, state: "dead", attempts, nextAttempt: null, problem };
    const wait = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempts - 1, 10));
    return { ...delivery, attempts, nextAttempt: new Date(this.#options.now() + wait).toISOString(), problem };
  }

  async #keep(delivery: StoredDelivery): Promise<void> {
    this.#deliveries.set(delivery.id, delivery);
    const now = this.#options.now();
    const old = [...this.#deliveries.values()].filter(
      ({ deliveredAt }) => deliveredAt !== null && now - Date.parse(deliveredAt) > KEEP_DELIVERED,
    );
    for (const { id } of old) this.#deliveries.delete(id);
    const gone = old.map(({ id }): RecordChange => ({ kind: "delivery", id, seen: 0, content: null }));
    // Delivered and not written down as such: after a restart it is delivered again, with the same id. Never the other way round.
    await this.#options.store.keepRecords([recordOf(delivery), ...gone]).catch((error: unknown) => {
      if (!isHeaptideError(error)) throw error;
    });
  }

  /** Ids sort as their deliveries were made: by time, then by number. */
  #nextId(): string {
    const [time, number] = [this.#options.now(), this.#made++].map((value) => value.toString(36).padStart(9, "0"));
    return `${time}-${number}-${randomUUID().slice(0, 8)}`;
  }

  #iso(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

const recordOf = (delivery: StoredDelivery): RecordChange => ({
  kind: "delivery",
  id: delivery.id,
  seen: Date.parse(delivery.createdAt),
  content: delivery,
});

async function problemOf(task: () => Promise<void>, onBug: (error: unknown) => void): Promise<string | null> {
  try {
    await task();
    return null;
  } catch (error) {
    if (isHeaptideError(error)) return error.message;
    onBug(error);
    return "The delivery failed because of a bug; the server's log has it.";
  }
}
