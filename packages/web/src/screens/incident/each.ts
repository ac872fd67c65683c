import type { Driver } from "@heaptide/model";

/** What a law counts, one of them: "1.00 per element". */
export const EACH: Readonly<Record<Driver["kind"], string>> = {
  "records-in": "element",
  submissions: "job submission",
  restarts: "restart",
  checkpoints: "checkpoint",
  "log-lines": "log line",
  "wall-time": "second",
};
