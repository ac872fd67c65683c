import type { DuckDBConnection } from "@duckdb/node-api";
import { Finding } from "@heaptide/model";

/** A finding with its story: it outlives the process that found it. `finding` is the last one with this id. */
export interface Incident {
  readonly id: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly finding: Finding;
}

/** The latest first. Findings of a form that this version does not know any more are left out. */
export async function readIncidents(connection: DuckDBConnection): Promise<Incident[]> {
  const rows = await connection.runAndReadAll("SELECT id, first_seen, last_seen, finding FROM incident ORDER BY last_seen DESC, id");
  return rows.getRows().flatMap(([id, firstSeen, lastSeen, text]) => {
    const finding = Finding.safeParse(JSON.parse(String(text)));
    return finding.success ? [{ id: String(id), firstSeen: Number(firstSeen), lastSeen: Number(lastSeen), finding: finding.data }] : [];
  });
}

export async function writeIncidents(connection: DuckDBConnection, incidents: readonly Incident[]): Promise<void> {
  for (const { id, firstSeen, lastSeen, finding } of incidents) {
    await connection.run(
      `INSERT INTO incident VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET first_seen = least(incident.first_seen, excluded.first_seen),
         last_seen = excluded.last_seen, verdict = excluded.verdict, finding = excluded.finding`,
      [id, firstSeen, lastSeen, finding.verdict, JSON.stringify(finding)],
    );
  }
}
