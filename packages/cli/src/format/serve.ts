import type { ServeResult } from "../commands/serve.ts";

export function formatServe({ url, verdict }: ServeResult): string {
  return `Heaptide at ${url} has ended; the last verdict was ${verdict ?? "not there yet"}.`;
}
