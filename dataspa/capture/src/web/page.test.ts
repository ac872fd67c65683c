import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getPage, type PageRequest } from "./page.ts";

/** A name of the wide web that leads to the test's own server: what is looked at here is where its redirects are let go. */
const everyNameIsHere = new Agent({ connect: { lookup: (_, __, found) => found(null, [{ address: "127.0.0.1", family: 4 }]) } });

describe("a public website that redirects", () => {
  let server: Server;
  let location: string;
  let asked: number;
  beforeEach(async () => {
    asked = 0;
    server = createServer((_, response) => {
      asked++;
      response.writeHead(302, { location }).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => void server.close());

  const port = () => (server.address() as AddressInfo).port;
  const page = () => {
    const url = new URL(`http://museum.example:${port()}/`);
    const limits = { allowPrivate: false, maxBytes: 1000, timeout: 5000 };
    const wanted: PageRequest = { url, ...limits, validators: {}, userAgent: "test", signal: new AbortController().signal };
    return getPage({ agent: () => everyNameIsHere }, wanted);
  };

  it.each(["127.0.0.1", "[::1]", "169.254.169.254", "2130706433"])("to %s is followed no further", async (host) => {
    location = `http://${host}:${port()}/`;
    await expect(page()).rejects.toMatchObject({ code: "private-address" });
    expect(asked).toBe(1);
  });

  it.each(["file:///etc/passwd", "gopher://museum.example/", "http://[", "data:text/html,x"])("to %s is refused", async (to) => {
    location = to;
    await expect(page()).rejects.toMatchObject({ code: "redirects" });
  });

  it("to itself ends after a few times", async () => {
    location = "/again";
    await expect(page()).rejects.toMatchObject({ code: "redirects" });
    expect(asked).toBeLessThan(10);
  });
});
