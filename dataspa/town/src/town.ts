import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { Happenings } from "./happenings.ts";
import { apiAnswer, calendar, feed, jsonLdPage, type Page, plainPage } from "./pages.ts";
import { type House, PROGRAMMES } from "./programmes.ts";

/** What can befall a site: it answers 503, answers after two seconds, never answers, or was relaunched with another layout. */
export type SiteTrouble = "down" | "slow" | "stalled" | "relaunched";

export interface TownOptions {
  readonly seed?: number;
  /** Of the first site, the others follow; 0 lets the system choose each. */
  readonly port?: number;
}

export interface Town extends AsyncDisposable {
  /** Of each house, where its programme is, without a slash at its end. */
  readonly sites: Readonly<Record<House, string>>;
  /** The night on which the town is; before, it is the present. @param date `2026-05-01` */
  turnTo(date: string): void;
  befall(house: House, trouble: SiteTrouble | null): void;
  /** Requests so far, whatever became of them. */
  requests(): number;
}

const DAY = 86_400_000;
const PAGE = 40;
const SLOW = 2_000;

const SITES: Readonly<
  Record<House, { readonly path: string; readonly type: string; readonly paged: boolean; readonly render: (page: Page) => string }>
> = {
  concerthall: { path: "/programme", type: "text/html; charset=utf-8", paged: true, render: jsonLdPage },
  museum: { path: "/events", type: "text/html; charset=utf-8", paged: true, render: plainPage },
  university: { path: "/calendar.ics", type: "text/calendar; charset=utf-8", paged: false, render: calendar },
  cinema: { path: "/feed.xml", type: "application/rss+xml", paged: false, render: feed },
  portal: { path: "/api/events", type: "application/json", paged: true, render: apiAnswer },
  cabaret: { path: "/programme", type: "text/html; charset=utf-8", paged: true, render: jsonLdPage },
};

/**
 * The websites of a made-up town, each a server of its own on this machine: six houses, four kinds of pages, a year and more of nights, drawn from a seed.
 * They know ETags, have a robots.txt, and can be told to fail.
 */
export async function startTown(options: TownOptions = {}): Promise<Town> {
  const happenings = new Happenings(options.seed ?? 1);
  const troubles = new Map<House, SiteTrouble>();
  const stopped = new AbortController();
  let night: number | undefined;
  let requests = 0;
  const servers: Server[] = [];

  const sites: Partial<Record<House, string>> = {};
  for (const [index, house] of (Object.keys(PROGRAMMES) as House[]).entries()) {
    const app = siteOf(house, {
      listed: () => happenings.listed(PROGRAMMES[house], night ?? Math.floor(Date.now() / DAY) * DAY),
      trouble: () => troubles.get(house),
      stopped: stopped.signal,
    });
    const counted = (request: Request) => {
      requests++;
      return app.fetch(request);
    };
    const server = serve({ fetch: counted, hostname: "127.0.0.1", port: options.port ? options.port + index : 0 }) as Server;
    await once(server, "listening");
    servers.push(server);
    sites[house] = `http://127.0.0.1:${(server.address() as AddressInfo).port}${SITES[house].path}`;
  }
  return {
    sites: sites as Record<House, string>,
    turnTo: (date) => {
      night = Date.parse(`${date}T00:00:00Z`);
    },
    befall: (house, trouble) => void (trouble === null ? troubles.delete(house) : troubles.set(house, trouble)),
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      if (stopped.signal.aborted) return;
      stopped.abort();
      for (const server of servers) {
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

interface SiteState {
  readonly listed: () => ReturnType<Happenings["listed"]>;
  readonly trouble: () => SiteTrouble | undefined;
  readonly stopped: AbortSignal;
}

function siteOf(house: House, { listed, trouble, stopped }: SiteState): Hono {
  const { path, type, paged, render } = SITES[house];
  const app = new Hono();
  app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /admin\n"));
  app.get(path, async (c) => {
    const now = trouble();
    if (now === "down") return c.text("Service unavailable", 503);
    if (now === "stalled") await once(AbortSignal.any([stopped, c.req.raw.signal]), "abort");
    if (now === "slow") await pause(SLOW, undefined, { signal: stopped }).catch(() => {});
    const page = Math.max(1, Number(c.req.query("page")) || 1);
    const all = listed();
    const part = paged ? all.slice((page - 1) * PAGE, page * PAGE) : all;
    const next = paged && page * PAGE < all.length ? `${path}?page=${page + 1}` : undefined;
    const body = render({ listed: part, next, relaunched: now === "relaunched" });
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    if (c.req.header("If-None-Match") === etag) return c.body(null, 304);
    return c.body(body, 200, { "Content-Type": type, ETag: etag });
  });
  return app;
}
