import type { ServingStore } from "../store.ts";
import type { FlowNight, PlatformState } from "./night.ts";

/** The nights of a span, by source and night. */
export async function flowNights(store: ServingStore, span: { from: string; to: string }): Promise<FlowNight[]> {
  const rows = await store.rows<Record<string, string | number | null>>(
    `WITH captures AS (
       SELECT source, night, max(taken) AS taken, arg_max(status, taken) AS status, arg_max(coalesce(problem, ''), taken) AS problem, arg_max(coalesce(message, ''), taken) AS message,
         arg_max(pages, taken) AS pages, arg_max(unchanged, taken) AS unchanged, arg_max(bytes, taken) AS bytes, arg_max(listed, taken) AS listed,
         min(published) AS published, sum(captured) AS captured, sum(found - captured) AS refused
       FROM reports WHERE night BETWEEN $1 AND $2 GROUP BY source, night),
     outcomes AS (
       SELECT source, night, count(*) FILTER (outcome IN ('new', 'updated')) AS processed, count(*) FILTER (outcome = 'duplicate') AS duplicates,
         count(*) FILTER (outcome = 'rejected') AS rejected, count(*) FILTER (outcome IN ('new', 'updated') AND NOT coordinates) AS incomplete,
         count(*) AS records, median(epoch_ms(processed) - epoch_ms(published)) AS delay, max(epoch_ms(processed)) AS processedAt, min(epoch_ms(published)) AS publishedAt
       FROM ledger WHERE night BETWEEN $1 AND $2 GROUP BY source, night),
     results AS (
       SELECT e.source, e.night, count(*) AS served, count(*) FILTER (e.coordinates AND NOT l.coordinates) AS found,
         median(epoch_ms(e.served) - epoch_ms(e.published)) AS endToEnd
       FROM enriched e LEFT JOIN ledger l USING (record) WHERE e.night BETWEEN $1 AND $2 GROUP BY e.source, e.night)
     SELECT coalesce(c.source, o.source) AS source, coalesce(c.night, o.night) AS night, epoch_ms(c.taken) AS seen, c.status, c.problem, c.message, c.pages, c.unchanged,
       c.bytes, c.listed, coalesce(c.captured, o.records) AS captured, c.refused, o.processed, o.duplicates, o.rejected, o.incomplete, r.found, r.served,
       o.delay, r.endToEnd, o.processedAt, coalesce(o.publishedAt, epoch_ms(c.published), epoch_ms(c.taken)) AS publishedAt
     FROM captures c FULL JOIN outcomes o ON c.source = o.source AND c.night = o.night
       LEFT JOIN results r ON r.source = coalesce(c.source, o.source) AND r.night = coalesce(c.night, o.night)
     WHERE coalesce(c.source, o.source) IS NOT NULL ORDER BY night, source`,
    [span.from, span.to],
  );
  return rows.map(toNight);
}

function toNight(row: Record<string, string | number | null>): FlowNight {
  const count = (key: string) => Number(row[key] ?? 0);
  const maybe = (key: string) => (row[key] == null ? null : Math.round(Number(row[key])));
  const text = (key: string) => (row[key] == null || row[key] === "" ? null : String(row[key]));
  return {
    source: String(row.source),
    night: String(row.night),
    at: maybe("seen"),
    status: text("status") as FlowNight["status"],
    problem: text("problem"),
    message: text("message"),
    pages: count("pages"),
    unchanged: count("unchanged"),
    bytes: count("bytes"),
    listed: count("listed"),
    captured: count("captured"),
    refused: count("refused"),
    processed: count("processed"),
    duplicates: count("duplicates"),
    rejected: count("rejected"),
    incomplete: count("incomplete"),
    found: count("found"),
    served: count("served"),
    delay: maybe("delay"),
    endToEnd: maybe("endToEnd"),
    processedAt: maybe("processedAt"),
    publishedAt: maybe("publishedAt"),
  };
}

/** Rejections by reason, those of the capture and those of the job. */
export async function rejections(
  store: ServingStore,
  span: { from: string; to: string },
): Promise<{ source: string; reason: string; count: number }[]> {
  const rows = await store.rows<{ source: string | null; reason: string; count: number | string }>(
    `SELECT source, reason, sum(count) AS count FROM (
       SELECT source, reason, count(*) AS count FROM ledger WHERE outcome = 'rejected' AND night BETWEEN $1 AND $2 GROUP BY ALL
       UNION ALL
       SELECT source, unnest(json_keys(rejected)) AS reason, unnest(list_transform(json_keys(rejected), key -> CAST(json_extract(rejected, '$."' || key || '"') AS BIGINT))) AS count
       FROM reports WHERE night BETWEEN $1 AND $2)
     GROUP BY ALL ORDER BY count DESC, source, reason`,
    [span.from, span.to],
  );
  return rows.map(({ source, reason, count }) => ({ source: source ?? "unknown", reason, count: Number(count) }));
}

/** Notes what Flink says, where it differs from what it said before. */
export class StateLog {
  readonly #store: ServingStore;
  #last = "";

  constructor(store: ServingStore) {
    this.#store = store;
  }

  async note({ at, taskManagers, jobs, problem }: PlatformState): Promise<void> {
    const said = JSON.stringify([taskManagers, Object.entries(jobs).toSorted(([a], [b]) => (a < b ? -1 : 1)), problem]);
    if (said === this.#last) return;
    await this.#store.rows("INSERT OR REPLACE INTO states VALUES (epoch_ms($1::BIGINT), $2, $3::JSON, $4)", [
      BigInt(at),
      taskManagers,
      JSON.stringify(jobs),
      problem,
    ]);
    this.#last = said;
  }
}

export async function states(store: ServingStore): Promise<PlatformState[]> {
  const rows = await store.rows<{ seen: string | number; taskManagers: number; jobs: string; problem: string | null }>(
    "SELECT epoch_ms(taken) AS seen, taskManagers, jobs, problem FROM states ORDER BY taken",
  );
  return rows.map((row) => ({
    taskManagers: row.taskManagers,
    problem: row.problem,
    at: Number(row.seen),
    jobs: (typeof row.jobs === "string" ? JSON.parse(row.jobs) : row.jobs) as Record<string, string>,
  }));
}
