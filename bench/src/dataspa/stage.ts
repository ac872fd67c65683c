import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Configuration, type Platform, startPlatform } from "@dataspa/platform";
import type { BenchmarkContext } from "../report.ts";

export interface Stage extends AsyncDisposable {
  readonly platform: Platform;
}

/** The whole platform in a folder of its own that goes with it: cluster, jobs, serving, app. */
export async function stagePlatform(settings: object, { signal, progress }: BenchmarkContext): Promise<Stage> {
  const data = await mkdtemp(join(tmpdir(), "dataspa-bench-"));
  const configuration = Configuration.parse({ data, port: 0, ...settings });
  const platform = await startPlatform({ configuration, scheduled: false, supervised: true, signal, onProgress: progress });
  return {
    platform,
    async [Symbol.asyncDispose]() {
      await platform[Symbol.asyncDispose]();
      await rm(data, { recursive: true, force: true });
    },
  };
}

const HOUR = 3_600_000;

/** A captured line as the capture writes it; each number is another event, at another venue. */
export function capturedLine(number: number, withCoordinates: boolean): { key: string; value: string } {
  const now = Date.now();
  const id = `bench:${number}`;
  const geo = { latitude: 51 + (number % 1000) / 1000, longitude: 12 + (number % 777) / 1000 };
  const event = {
    id,
    name: `Concert no. ${number}`,
    description: "Doors open half an hour before; tickets at the box office and at the usual places. ".repeat(2),
    url: `https://example.org/events/${number}`,
    startDate: new Date(now + (1 + (number % 2000)) * HOUR).toISOString(),
    location: { name: `Hall ${number}`, ...(withCoordinates && { address: `Street ${number % 90}`, geo }) },
    capture: {
      record: `bench/${number}`,
      source: "bench",
      night: "2026-01-01",
      at: new Date(now).toISOString(),
      publishedAt: new Date(now).toISOString(),
    },
  };
  return { key: id, value: JSON.stringify(event) };
}

export async function countOf(platform: Platform, table: "ledger" | "enriched"): Promise<number> {
  const [row] = await platform.store.rows<{ count: string | number }>(`SELECT count(*) AS count FROM ${table}`);
  return Number(row!.count);
}
