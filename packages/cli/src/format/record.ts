import { formatDuration } from "@heaptide/base";
import type { RecordResult } from "../commands/record.ts";

export function formatRecord({ file, from, to, verdict }: RecordResult): string {
  const length = formatDuration(Date.parse(to) - Date.parse(from));
  return `${length} recorded in ${file}; the verdict at the end was ${verdict}.\nheaptide diagnose --session ${file}`;
}
