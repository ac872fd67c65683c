import { afterEach, describe, expect, it } from "vitest";
import { API_VERSION, type PlacesOptions, type PlacesServer, startPlaces } from "./index.ts";

let places: PlacesServer | undefined;
afterEach(() => places?.stop());

async function started(options: PlacesOptions = {}): Promise<PlacesServer> {
  places = await startPlaces(options);
  return places;
}

/** A search as the documentation asks for it, unless `headers` say otherwise. */
async function searching(server: PlacesServer, query: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/places/search?${new URLSearchParams(query)}`, {
    headers: { Authorization: `Bearer ${server.key}`, "X-Places-Api-Version": API_VERSION, ...headers },
  });
  return { status: response.status, body: (await response.json()) as { results?: Record<string, unknown>[]; message?: string } };
}

describe("the stand-in of the Places API", () => {
  it("answers a venue's name with its place in the documented shape", async () => {
    const { status, body } = await searching(await started(), { query: "Museum am Kanal" });
    expect(status).toBe(200);
    expect(body.results).toHaveLength(1);
    expect(body.results![0]).toMatchObject({
      fsq_place_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: "Museum am Kanal",
      latitude: expect.any(Number),
      longitude: expect.any(Number),
      categories: [{ name: "Museum" }],
      link: expect.stringMatching(/^\/places\//),
      location: { locality: expect.any(String), country: "DE", formatted_address: expect.any(String) },
    });
  });

  it("puts the same name at the same place each time, whatever its case", async () => {
    const server = await started();
    const first = await searching(server, { query: "Hafenbühne" });
    const again = await searching(server, { query: "HAFENBÜHNE" });
    expect(again.body.results![0]!["fsq_place_id"]).toBe(first.body.results![0]!["fsq_place_id"]);
    expect(again.body.results![0]!["latitude"]).toBe(first.body.results![0]!["latitude"]);
  });

  it("knows no place of the name `TBA`", async () => {
    expect(await searching(await started(), { query: "TBA" })).toEqual({ status: 200, body: { results: [] } });
  });

  it("gives the fields that were asked for, and no others", async () => {
    const { body } = await searching(await started(), { query: "Club 9", fields: "name,latitude" });
    expect(Object.keys(body.results![0]!).toSorted()).toEqual(["latitude", "name"]);
  });

  it("gives the distance from `ll`, and nothing beyond the radius", async () => {
    const server = await started();
    const place = (await searching(server, { query: "Club 9" })).body.results![0]!;
    expect(place).not.toHaveProperty("distance");
    const here = [place["latitude"], place["longitude"]].join();
    expect((await searching(server, { query: "Club 9", ll: here })).body.results![0]).toMatchObject({ distance: 0 });
    expect((await searching(server, { query: "Club 9", ll: "-33.86,151.2" })).body.results).toEqual([]);
  });

  it("looks only where `near` says", async () => {
    const server = await started();
    const { locality } = (await searching(server, { query: "Club 9" })).body.results![0]!["location"] as { locality: string };
    expect((await searching(server, { query: "Club 9", near: `${locality}, DE` })).body.results).toHaveLength(1);
    expect((await searching(server, { query: "Club 9", near: "Lisboa, PT" })).body.results).toEqual([]);
  });

  it("refuses a wrong key with 401 and the documented message", async () => {
    const answer = await searching(await started(), { query: "Club 9" }, { Authorization: "Bearer wrong" });
    expect(answer).toEqual({ status: 401, body: { message: "Invalid request token." } });
  });

  it.each([
    ["another API version", {}, { "X-Places-Api-Version": "2020-01-01" }],
    ["a limit above 50", { limit: "51" }, {}],
    ["a radius above 100 km", { radius: "100001" }, {}],
    ["half a position", { ll: "52.5" }, {}],
    ["a field that there is not", { fields: "name,colour" }, {}],
  ])("answers %s with 400 and why", async (_, query, headers) => {
    const { status, body } = await searching(await started(), { query: "Club 9", ...query }, headers);
    expect(status).toBe(400);
    expect(body.message).toBeTruthy();
  });

  it("knows no other endpoint", async () => {
    const server = await started();
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
  });
});

describe("trouble on demand", () => {
  it("befalls the next `count` requests, and no more", async () => {
    const server = await started();
    server.fail({ status: 429, count: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await searching(server, { query: "Club 9" })).status);
    expect(statuses).toEqual([429, 429, 200]);
  });

  it("befalls that `share` of the requests, until it recovers", async () => {
    const server = await started();
    server.fail({ status: 503, share: 0.25 });
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await searching(server, { query: "Club 9" })).status);
    expect(statuses).toEqual([200, 200, 200, 503, 200, 200, 200, 503]);
    server.recover();
    for (let i = 0; i < 4; i++) expect((await searching(server, { query: "Club 9" })).status).toBe(200);
  });

  it("stalls without an answer, and stops all the same", async () => {
    const server = await started();
    server.fail({ stall: true, count: 1 });
    const stalled = searching(server, { query: "Club 9" }).catch((error: Error) => error);
    while (server.requests() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.stop();
    expect(await stalled).toBeInstanceOf(Error);
  });

  it("counts every request, also those that failed", async () => {
    const server = await started();
    server.fail({ status: 500, count: 1 });
    await searching(server, { query: "Club 9" });
    await searching(server, { query: "Club 9" });
    expect(server.requests()).toBe(2);
  });
});
