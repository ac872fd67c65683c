import { entry } from "./entry.ts";

/** A Flink cluster that does not answer, or answers something unexpected. */
export const FLINK_ERRORS = {
  FLINK_UNREACHABLE: entry<{ url: string; cause: string }>(
    (d) => `Flink's REST API at ${d.url} does not answer: ${d.cause}.`,
    (d) => `Check that the JobManager runs and the address is right: curl ${d.url}/overview`,
  ),
} as const;
