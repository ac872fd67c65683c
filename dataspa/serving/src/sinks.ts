import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ServingStore } from "./store.ts";

/** Where the jobs' files and the capture's reports are. */
export interface SinkFolders {
  readonly ledger: string;
  readonly enriched: string;
  readonly popularity: string;
  readonly reports: string;
}

const ISO = "CAST(json_extract_string(capture, '$.publishedAt') AS TIMESTAMPTZ)::TIMESTAMP";

/** How lines of each folder become rows. A file may repeat what is there: the same record is the same row. */
const IMPORTS = {
  ledger: {
    columns:
      "{record:'VARCHAR',source:'VARCHAR',night:'VARCHAR',event:'VARCHAR',outcome:'VARCHAR',reason:'VARCHAR',coordinates:'BOOLEAN',publishedAt:'VARCHAR',processedAt:'BIGINT'}",
    statements: (from: string) => [
      `INSERT OR IGNORE INTO ledger SELECT coalesce(record, 'unreadable/' || uuid()), source, night, event, outcome, reason, coordinates,
         try_cast(publishedAt AS TIMESTAMPTZ)::TIMESTAMP, epoch_ms(processedAt) FROM ${from}`,
    ],
  },
  enriched: {
    columns:
      "{id:'VARCHAR',name:'VARCHAR',description:'VARCHAR',url:'VARCHAR',startDate:'VARCHAR',endDate:'VARCHAR',location:'JSON',capture:'JSON'}",
    statements: (from: string) => [
      `INSERT OR IGNORE INTO enriched SELECT json_extract_string(capture, '$.record'), json_extract_string(capture, '$.source'),
         json_extract_string(capture, '$.night'), json_extract(location, '$.geo') IS NOT NULL, ${ISO}, current_timestamp::TIMESTAMP
         FROM ${from} WHERE json_extract_string(capture, '$.record') IS NOT NULL`,
      // Files come in the order of their checkpoints; within one file the latest night of an event counts.
      `INSERT OR REPLACE INTO events SELECT id, name, description, url, try_cast(startDate AS TIMESTAMPTZ)::TIMESTAMP, try_cast(endDate AS TIMESTAMPTZ)::TIMESTAMP,
         json_extract_string(location, '$.name'), json_extract_string(location, '$.address'),
         try_cast(json_extract_string(location, '$.geo.latitude') AS DOUBLE), try_cast(json_extract_string(location, '$.geo.longitude') AS DOUBLE),
         json_extract_string(capture, '$.source'), json_extract_string(capture, '$.night'), json_extract_string(capture, '$.record'), current_timestamp::TIMESTAMP
         FROM ${from} WHERE id IS NOT NULL
         QUALIFY row_number() OVER (PARTITION BY id ORDER BY json_extract_string(capture, '$.publishedAt') DESC, json_extract_string(capture, '$.record') DESC) = 1`,
    ],
  },
  popularity: {
    columns: "{event:'VARCHAR',start:'BIGINT','end':'BIGINT',views:'BIGINT',saves:'BIGINT',hides:'BIGINT',went:'BIGINT'}",
    statements: (from: string) => [
      `INSERT OR REPLACE INTO popularity SELECT event, epoch_ms(start), epoch_ms("end"), views, saves, hides, went FROM ${from}`,
    ],
  },
} as const;

type Imported = keyof typeof IMPORTS;
const IMPORTED: readonly Imported[] = ["ledger", "enriched", "popularity"];
/** Files in one transaction: bounds what it holds in memory. */
const FILES_AT_ONCE = 200;

/**
 * Reads in what the jobs have finished since the last time. A file without a leading dot is complete and never changes; a job's restart or a crash of this
 * process leaves no row twice and none out.
 */
export class SinkImport {
  readonly #store: ServingStore;
  readonly #folders: SinkFolders;
  readonly #known = new Set<string>();
  #reportsSize = -1;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: ServingStore, folders: SinkFolders) {
    this.#store = store;
    this.#folders = folders;
  }

  static async open(store: ServingStore, folders: SinkFolders): Promise<SinkImport> {
    const sinks = new SinkImport(store, folders);
    for (const { path } of await store.rows<{ path: string }>("SELECT path FROM files")) sinks.#known.add(path);
    return sinks;
  }

  /** One call after the other: two at once would take the same files. @returns how many files were new */
  refresh(): Promise<number> {
    const done = this.#last.then(() => this.#refresh());
    this.#last = done.catch(() => {});
    return done;
  }

  async #refresh(): Promise<number> {
    let files = 0;
    for (const kind of IMPORTED) {
      const fresh = (await finishedFiles(this.#folders[kind])).filter((path) => !this.#known.has(path));
      for (let at = 0; at < fresh.length; at += FILES_AT_ONCE) await this.#take(kind, fresh.slice(at, at + FILES_AT_ONCE));
      files += fresh.length;
    }
    return files + (await this.#takeReports());
  }

  async #take(kind: Imported, paths: readonly string[]): Promise<void> {
    const { columns, statements } = IMPORTS[kind];
    const list = paths.map(quoted).join(", ");
    const from = `read_ndjson([${list}], columns = ${columns}, ignore_errors = true)`;
    await this.#store.transaction(async (run) => {
      for (const statement of statements(from)) await run(statement);
      await run(`INSERT INTO files VALUES ${paths.map((path) => `(${quoted(path)})`).join(", ")}`);
    });
    for (const path of paths) this.#known.add(path);
  }

  /** One file that grows: read again as a whole when it has grown, some thousand lines a year. */
  async #takeReports(): Promise<number> {
    const size = await stat(this.#folders.reports).then(
      (file) => file.size,
      () => 0,
    );
    if (size === this.#reportsSize || size === 0) return 0;
    await this.#store.transaction((run) =>
      run(`INSERT OR IGNORE INTO reports SELECT run, source, night, CAST("at" AS TIMESTAMPTZ)::TIMESTAMP, took, status, pages, unchanged, bytes, listed, found, captured,
             rejected, json_extract_string(problem, '$.code'), json_extract_string(problem, '$.message'),
             try_cast(publishedAt AS TIMESTAMPTZ)::TIMESTAMP
           FROM read_ndjson(${quoted(this.#folders.reports)}, ignore_errors = true, columns = {run:'VARCHAR',source:'VARCHAR',night:'VARCHAR',"at":'VARCHAR',publishedAt:'VARCHAR',took:'DOUBLE',
             status:'VARCHAR',pages:'INTEGER',unchanged:'INTEGER',bytes:'BIGINT',listed:'INTEGER',found:'INTEGER',captured:'INTEGER',rejected:'JSON',problem:'JSON'})
           WHERE run IS NOT NULL QUALIFY row_number() OVER (PARTITION BY run) = 1`),
    );
    this.#reportsSize = size;
    return 1;
  }
}

/** Paths are ours and the sinks', not a user's; quotes are doubled all the same. */
const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;

/** Below a folder, in the order of days and parts; what a job is still writing begins with a dot. */
async function finishedFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !entry.name.startsWith("_"));
  return files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
}
