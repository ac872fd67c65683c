import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AlertRule, Finding } from "@heaptide/model";
import { openStore, type Store } from "@heaptide/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SYSTEM_CLOCK } from "../collect/clock.ts";
import { finding, NOW, situation, verification } from "../incidents/finding.test-builders.ts";
import { IncidentKeeper } from "../incidents/keeper.ts";
import type { Channel, Message } from "./channels/channel.ts";
import { AlertKeeper } from "./keeper.ts";
import { DEFAULT_RULES } from "./rules.ts";

const MINUTE = 60_000;
let folder: string;
let told: Message[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heaptide-alerts-"));
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const channel: Channel = { name: "one", kind: "test", target: "here", send: async (message) => void told.push(message) };
const boss: Channel = { ...channel, name: "boss" };

/** A server's incidents and alarms on a data folder, from its start to its end. */
class Life implements AsyncDisposable {
  now: number;
  readonly store: Store;
  readonly incidents: IncidentKeeper;
  readonly alerts: AlertKeeper;

  private constructor(now: number, store: Store, incidents: IncidentKeeper, alerts: AlertKeeper) {
    this.now = now;
    this.store = store;
    this.incidents = incidents;
    this.alerts = alerts;
  }

  static async begin(now: number, rules: readonly AlertRule[] = DEFAULT_RULES): Promise<Life> {
    const store = await openStore(join(folder, "data.duckdb"), { flushEvery: 0 });
    const at = () => life.now;
    const incidents = await IncidentKeeper.load({ store, now: at, watchingSince: now });
    const alerts = await AlertKeeper.load({
      ...{ store, incidents, settings: { channels: [channel, boss], rules }, clock: { ...SYSTEM_CLOCK, now: at } },
      ...{ signal: new AbortController().signal, watchingSince: now },
      onBug: (error) => {
        throw error;
      },
    });
    const life = new Life(now, store, incidents, alerts);
    return life;
  }

  /** One look at what is the case, and the notifications that follow. */
  async look(minute: number, ...findings: readonly Finding[]): Promise<void> {
    this.now = NOW + minute * MINUTE;
    const now = situation({ at: this.now, findings });
    await this.incidents.update({ processes: [], jobs: [], gaps: [], changes: [], blind: [], from: 0, to: this.now }, now.diagnosis);
    await this.alerts.observe(now);
    await this.alerts.deliver();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store.close();
  }
}

const said = () => told.map(({ event, alarms }) => `${event} ${alarms.map(({ rule }) => rule).join(" ")}`);

describe("alarms of a leak and its fix", () => {
  it("survive a restart in the middle of the verification: one incident, one alarm, told once and called off once", async () => {
    let id: string;
    {
      await using life = await Life.begin(NOW);
      await life.look(0, finding());
      await life.look(1, finding({ verification: verification("too-early") }));
      expect(life.incidents.all).toMatchObject([{ state: "fix-seen" }]);
      id = life.incidents.all[0]!.id;
    }
    await using life = await Life.begin(NOW + 2 * MINUTE);
    expect(life.alerts.alarms).toMatchObject([{ rule: "leaking", state: "firing", incident: id }]);
    await life.look(3, finding({ verification: verification("too-early") }));
    await life.look(4, finding({ verification: verification("verified") }));
    expect(life.incidents.all).toMatchObject([{ id, state: "verified" }]);
    expect(life.alerts.alarms).toMatchObject([{ rule: "leaking", state: "resolved" }]);
    await life.look(30, finding({ verification: verification("verified") }));
    expect(said()).toEqual(["firing leaking", "firing leaking", "resolved leaking", "resolved leaking"]);
  });

  it("fire again under the same incident when a fix that was verified does not last", async () => {
    await using life = await Life.begin(NOW);
    await life.look(0, finding());
    await life.look(1, finding({ verification: verification("verified") }));
    await life.look(20, finding());
    expect(life.incidents.all).toMatchObject([{ state: "reopened" }]);
    expect(life.alerts.alarms).toMatchObject([{ state: "firing" }]);
  });

  it("are told to whom they escalate to, when nobody acknowledges them, after a restart as well", async () => {
    const rules = DEFAULT_RULES.map((rule) => ({ ...rule, channels: ["one"], escalateAfter: 10 * MINUTE, escalateTo: ["boss"] }));
    {
      await using life = await Life.begin(NOW, rules);
      await life.look(0, finding());
    }
    await using life = await Life.begin(NOW + 8 * MINUTE, rules);
    await life.look(9, finding());
    await life.look(11, finding());
    await life.look(30, finding());
    expect(said()).toEqual(["firing leaking", "escalated leaking"]);
    expect(life.alerts.alarms[0]!.escalatedAt).not.toBeNull();
  });
});
