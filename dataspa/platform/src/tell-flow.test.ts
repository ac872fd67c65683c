import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Flow } from "@dataspa/app";
import type { FlowNight, Gap } from "@dataspa/serving";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FlowTeller } from "./tell-flow.ts";

const AT = Date.UTC(2026, 4, 1, 2);
const night: FlowNight = {
  ...{ source: "hall", night: "2026-05-01", at: AT, status: "ok", problem: null, message: null, pages: 1, unchanged: 0, bytes: 900 },
  ...{ listed: 12, captured: 12, refused: 0, processed: 5, duplicates: 6, rejected: 1, incomplete: 4, found: 3, served: 5 },
  ...{ delay: -2, endToEnd: 4000, processedAt: AT + 500, publishedAt: AT },
};
const gap = (more: Partial<Gap> = {}): Gap => ({
  ...{ id: "source-down:hall:2026-05-01", kind: "source-down", source: "hall", nights: ["2026-05-01"], from: AT, to: null },
  ...{ title: "hall was down", reason: "it answers 503" },
  ...more,
});
const flow = (gaps: Gap[] = [], nights = [night]): Flow => ({
  nights,
  gaps,
  rejections: [],
  expected: new Map(nights.map((one) => [one, 11])),
});

describe("the flow that is told", () => {
  let server: Server;
  let heard: { path: string; token: string | undefined; body: never }[];
  let deaf: boolean;
  let teller: FlowTeller;
  beforeEach(async () => {
    [heard, deaf] = [[], false];
    server = createServer((request, response) => {
      void request.toArray().then((pieces) => {
        const body = JSON.parse(pieces.join("")) as never;
        if (!deaf) heard.push({ path: request.url!, token: request.headers.authorization, body });
        response.writeHead(deaf ? 503 : 200).end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    teller = new FlowTeller(
      { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, token: "t" },
      new AbortController().signal,
    );
  });
  afterEach(() => void server.close());

  it("is a night with its counts and the gap that it belongs to", async () => {
    await teller.tell(flow([gap()]));
    expect(heard).toEqual([
      {
        path: "/api/gaps",
        token: "Bearer t",
        body: {
          ...{ id: "dataspa:source-down:hall:2026-05-01", from: "2026-05-01T02:00:00.000Z", to: null, job: null },
          ...{ title: "hall was down: it answers 503", elsewhere: true },
        },
      },
      {
        path: "/api/flow/days",
        token: "Bearer t",
        body: [
          {
            ...{ source: "hall", day: "2026-05-01", listed: 12, captured: 12, processed: 5, duplicates: 6, rejected: 1 },
            ...{ enriched: 0.75, lateness: 0, delay: 4000, expected: 11, gap: "dataspa:source-down:hall:2026-05-01" },
          },
        ],
      },
    ]);
  });

  it("names the job where captured events are not processed", async () => {
    await teller.tell(flow([gap({ kind: "not-processed", source: null })]));
    expect(heard[0]!.body).toMatchObject({ job: "event-processing", elsewhere: false });
  });

  it("is told once, and again when it changes", async () => {
    await teller.tell(flow([gap()]));
    await teller.tell(flow([gap()]));
    expect(heard).toHaveLength(2);
    await teller.tell(flow([gap({ to: AT + 1000 })]));
    expect(heard.slice(2).map(({ path }) => path)).toEqual(["/api/gaps"]);
  });

  it("waits for a listener that is down", async () => {
    deaf = true;
    await expect(teller.tell(flow([gap()]))).rejects.toThrow("503");
    deaf = false;
    await teller.tell(flow([gap()]));
    expect(heard.map(({ path }) => path)).toEqual(["/api/gaps", "/api/flow/days"]);
  });
});
