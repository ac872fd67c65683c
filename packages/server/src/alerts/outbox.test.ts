import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { HeaptideError } from "@heaptide/base";
import type { Alarm } from "@heaptide/model";
import { openStore, type Store } from "@heaptide/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Channel, Message } from "./channels/channel.ts";
import { webhook } from "./channels/webhook.ts";
import { Outbox } from "./outbox.ts";
import { sendRequest } from "./send-request.ts";

let store: Store;
let now = Date.UTC(2026, 10, 23, 12);
beforeEach(async () => {
  store = await openStore(":memory:", { flushEvery: 0 });
});
afterEach(() => store.close());

const alarm: Alarm = {
  ...{ key: "leaking:i", rule: "leaking", state: "firing", severity: "critical", title: "A leaks", text: "It does.", labels: {} },
  ...{ incident: "i", since: "2026-11-23T12:00:00.000Z", firedAt: null, lastSeen: "2026-11-23T12:00:00.000Z", resolvedAt: null },
  ...{ silencedBy: null, notifiedAt: null, escalatedAt: null, acknowledged: false },
};

/** Takes messages, or fails as long as it is told to. */
class Receiver implements Channel {
  readonly kind = "test";
  readonly target = "here";
  readonly got: Message[] = [];
  readonly name: string;
  fails = false;

  constructor(name = "one") {
    this.name = name;
  }

  async send(message: Message): Promise<void> {
    if (this.fails) throw new HeaptideError("DELIVERY_FAILED", { channel: this.name, cause: "ECONNREFUSED" });
    this.got.push(message);
  }
}

const open = (channels: readonly Channel[]) =>
  Outbox.load({
    ...{ store, channels, now: () => now, signal: new AbortController().signal, baseUrl: "http://heaptide" },
    onBug: (error) => {
      throw error;
    },
  });

async function put(outbox: Outbox, title = "A leaks", channels: readonly string[] | null = null): Promise<void> {
  const { changes, take } = outbox.prepare([{ event: "firing", alarms: [{ ...alarm, title }], channels }]);
  await store.keepRecords(changes);
  take();
}

describe("the outbox", () => {
  it("delivers to all channels, or to those that are named", async () => {
    const [one, two] = [new Receiver("one"), new Receiver("two")];
    const outbox = await open([one, two]);
    await put(outbox);
    await put(outbox, "B leaks", ["two"]);
    await outbox.flush();
    expect([one.got.length, two.got.map(({ title }) => title)]).toEqual([1, ["A leaks", "B leaks"]]);
    expect(two.got[0]).toMatchObject({ link: "http://heaptide/incidents/i", event: "firing" });
  });

  it("tries again, each time later, in order, with the same id", async () => {
    const receiver = new Receiver();
    const outbox = await open([receiver]);
    await put(outbox, "first");
    await put(outbox, "second");
    receiver.fails = true;
    await outbox.flush();
    expect(outbox.all.find(({ title }) => title === "first")).toMatchObject({
      state: "waiting",
      attempts: 1,
      problem: expect.stringContaining("ECONNREFUSED"),
    });
    receiver.fails = false;
    await outbox.flush();
    expect(receiver.got).toEqual([]);
    now += 5000;
    await outbox.flush();
    expect(receiver.got.map(({ title }) => title)).toEqual(["first", "second"]);
  });

  it("goes on after a restart with what was not delivered, and not with what was", async () => {
    const receiver = new Receiver();
    const first = await open([receiver]);
    await put(first, "delivered");
    await first.flush();
    await put(first, "waiting");
    await (await open([receiver])).flush();
    expect(receiver.got.map(({ title }) => title)).toEqual(["delivered", "waiting"]);
  });

  it("gives up after a day, shows it, and takes it up again when told to", async () => {
    const receiver = new Receiver();
    const outbox = await open([receiver]);
    await put(outbox);
    receiver.fails = true;
    for (let i = 0; i < 100; i++, now += 900_000) await outbox.flush();
    const [dead] = outbox.all;
    expect(dead).toMatchObject({ state: "dead", attempts: 100 });
    receiver.fails = false;
    await outbox.retry(dead!.id);
    await outbox.flush();
    expect(receiver.got).toHaveLength(1);
  });

  it("refuses to test what is not there", async () => {
    await expect((await open([])).test(null)).rejects.toMatchObject({ code: "NO_CHANNEL" });
  });
});

describe("webhooks", () => {
  let server: Server;
  let got: { headers: NodeJS.Dict<string | string[]>; body: string }[];
  let answer: number;
  beforeEach(async () => {
    [got, answer] = [[], 200];
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
      request.on("end", () => {
        got.push({ headers: request.headers, body });
        response.writeHead(answer, answer === 302 ? { location: "http://127.0.0.1:1/elsewhere" } : {}).end("s3cret");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => server.close());

  const message: Message = { id: "m", event: "firing", at: now, title: 'A "leaks"', alarms: [alarm], link: null };
  const urlOf = (path = "/hook/s3cret") => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const hook = (allowPrivate: boolean, template?: string, url = urlOf()) =>
    webhook({ name: "hook", url, allowPrivate, ...(template !== undefined && { template }) }, sendRequest.bind(null, "hook"));
  const { signal } = new AbortController();

  it("send the whole message, or what a template makes of it", async () => {
    await hook(true).send(message, signal);
    await hook(true, '{"say": "{{title}}: {{text}}", "who": "{{nobody}}"}').send(message, signal);
    expect(JSON.parse(got[0]!.body)).toMatchObject({ id: "m", alarms: [{ key: "leaking:i" }] });
    expect(JSON.parse(got[1]!.body)).toEqual({ say: 'A "leaks": It does.', who: "{{nobody}}" });
  });

  it.each(["http://127.0.0.1", "http://localhost", "http://[::1]", "http://[::ffff:127.0.0.1]", "http://2130706433", "http://0x7f.1"])(
    "do not go to %s unless that is allowed",
    async (origin) => {
      const url = `${origin}:${(server.address() as AddressInfo).port}/`;
      await expect(hook(false, undefined, url).send(message, signal)).rejects.toMatchObject({ code: "TARGET_IS_PRIVATE" });
      expect(got).toEqual([]);
    },
  );

  it("follow no redirect", async () => {
    answer = 302;
    await expect(hook(true).send(message, signal)).rejects.toMatchObject({ code: "DELIVERY_REFUSED", detail: { status: 302 } });
    expect(got).toHaveLength(1);
  });

  it("tell neither the secret in an address nor what the receiver answered", async () => {
    answer = 500;
    const refused = await hook(true)
      .send(message, signal)
      .catch((error: unknown) => error);
    const unreachable = await hook(true, undefined, "http://127.0.0.1:1/hook/s3cret")
      .send(message, signal)
      .catch((error: unknown) => error);
    for (const error of [refused, unreachable]) expect(JSON.stringify(error)).not.toContain("s3cret");
    expect(hook(true).target).not.toContain("s3cret");
  });
});
