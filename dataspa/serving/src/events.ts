import type { DuckDBValue } from "@duckdb/node-api";
import type { ServingStore } from "./store.ts";

export interface EventQuery {
  /** Events that take place between the two, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly near?: { readonly latitude: number; readonly longitude: number } | undefined;
  /** Metres. */
  readonly radius: number;
  /** Words that all occur in name, venue or description. */
  readonly words: readonly string[];
  readonly sort: "start" | "popular" | "near";
  readonly offset: number;
  readonly limit: number;
}

export interface ServedEvent {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly start: string;
  readonly end: string | null;
  readonly venue: string | null;
  readonly address: string | null;
  readonly geo: { readonly latitude: number; readonly longitude: number } | null;
  readonly source: string;
  /** Metres; null where it was not asked from anywhere, or is not known where it is. */
  readonly distance: number | null;
  readonly popularity: number;
}

/** An event without an end lasts so long. */
const WITHOUT_END = "INTERVAL 3 HOUR";
/** What a view, a save, a visit and a hide are worth; halved every week, so that the popular is of today. */
const SCORE = `sum((views + 5 * saves + 8 * went - 5 * hides) * power(0.5, epoch(current_timestamp::TIMESTAMP - ends) / 604800))`;

export async function findEvents(store: ServingStore, query: EventQuery): Promise<{ total: number; events: ServedEvent[] }> {
  const values: DuckDBValue[] = [];
  const value = (one: DuckDBValue) => `$${values.push(one)}`;
  const distance = query.near ? haversine(value(query.near.latitude), value(query.near.longitude)) : "NULL::DOUBLE";
  const time = (at: number) => `epoch_ms(${value(BigInt(Math.round(at)))}::BIGINT)`;
  const conditions = [
    `starts < ${time(query.to)}`,
    `coalesce(ends, starts + ${WITHOUT_END}) > ${time(query.from)}`,
    ...query.words.map((word) => `contains(lower(concat_ws(' ', name, venue, description)), ${value(word.toLowerCase())})`),
  ];
  const within = query.near ? `WHERE distance <= ${value(query.radius)}` : "";
  const order = { start: "starts, id", popular: "popularity DESC, starts, id", near: "distance NULLS LAST, starts, id" }[query.sort];
  const rows = await store.rows<Row>(
    `WITH found AS (SELECT *, ${distance} AS distance FROM events WHERE ${conditions.join(" AND ")}),
       scores AS (SELECT event, ${SCORE} AS score FROM popularity WHERE ends > current_timestamp::TIMESTAMP - INTERVAL 60 DAY GROUP BY event),
       near AS (SELECT * FROM found ${within})
     SELECT near.*, coalesce(score, 0) AS popularity, count(*) OVER () AS total FROM near LEFT JOIN scores ON event = id
     ORDER BY ${order} LIMIT ${value(query.limit)} OFFSET ${value(query.offset)}`,
    values,
  );
  return { total: Number(rows[0]?.total ?? 0), events: rows.map(served) };
}

export async function findEvent(store: ServingStore, id: string): Promise<ServedEvent | undefined> {
  const rows = await store.rows<Row>("SELECT *, NULL AS distance, 0 AS popularity, 1 AS total FROM events WHERE id = $1", [id]);
  return rows.map(served)[0];
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly starts: string;
  readonly ends: string | null;
  readonly venue: string | null;
  readonly address: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly source: string;
  readonly distance: number | null;
  readonly popularity: number;
  readonly total: string | number;
}

function served(row: Row): ServedEvent {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    url: row.url,
    start: iso(row.starts)!,
    end: iso(row.ends),
    venue: row.venue,
    address: row.address,
    geo: row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
    source: row.source,
    distance: row.distance === null ? null : Math.round(row.distance),
    popularity: Math.round(row.popularity * 100) / 100,
  };
}

/** DuckDB writes `2026-05-01 19:00:00`; it is UTC. */
function iso(timestamp: string | null): string | null {
  return timestamp === null ? null : new Date(`${timestamp.replace(" ", "T")}Z`).toISOString();
}

/** Metres on a sphere of the earth's mean radius. */
function haversine(latitude: string, longitude: string): string {
  return `(2 * 6371009 * asin(least(1, sqrt(
    power(sin(radians(latitude - ${latitude}) / 2), 2) + cos(radians(${latitude})) * cos(radians(latitude)) * power(sin(radians(longitude - ${longitude}) / 2), 2)))))`;
}
