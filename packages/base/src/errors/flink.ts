import { entry } from "./entry.ts";

/** A Flink cluster that does not answer, or answers something unexpected; and a local one that cannot be started. */
export const FLINK_ERRORS = {
  FLINK_UNREACHABLE: entry<{ url: string; cause: string }>(
    (d) => `Flink's REST API at ${d.url} does not answer: ${d.cause}.`,
    (d) => `Check that the JobManager runs and the address is right: curl ${d.url}/overview`,
  ),
  FLINK_RESTARTING: entry<{ url: string; said: string }>(
    (d) => `The JobManager at ${d.url} is starting or has no leader yet: ${d.said}.`,
    () => "Wait a few seconds; if it stays so, look into the JobManager's log.",
  ),
  NOT_FLINK: entry<{ url: string; found: string }>(
    (d) => `What answers at ${d.url} is not Flink's REST API: ${d.found}.`,
    (d) => `Name the JobManager's REST address (rest.port, 8081 by default), with its path prefix behind a proxy: curl ${d.url}/config`,
  ),
  FLINK_VERSION_UNSUPPORTED: entry<{ url: string; found: string; supported: string }>(
    (d) => `The cluster at ${d.url} runs Flink ${d.found}; supported is ${d.supported}.`,
    () => "Watch its JVMs without Flink's API instead: heaptide diagnose --pid <pid>",
  ),
  FLINK_ANSWER_UNEXPECTED: entry<{ url: string; problem: string; found: string }>(
    (d) => `${d.url} answered something that no supported version of Flink answers: ${d.problem}. Found: ${d.found}`,
    () => "Look whether a proxy stands in between; if not, please report it with the version of Flink.",
  ),
  FLINK_ANSWER_TOO_LARGE: entry<{ url: string; limit: number }>(
    (d) => `The answer of ${d.url} is larger than ${d.limit} bytes and was not read to its end.`,
    () => "Check that the address is the JobManager's REST API.",
  ),
  FLINK_REDIRECTED: entry<{ url: string; location: string }>(
    (d) =>
      `${d.url} redirects to ${d.location}; redirects are not followed, because they would carry requests to a place that nobody configured.`,
    (d) => `If that is the right place, name it yourself: --flink ${d.location}`,
  ),
  FLINK_REJECTED: entry<{ url: string; status: number; said: string }>(
    (d) => `Flink refused ${d.url} with status ${d.status}: ${d.said}.`,
    () => "Look into the JobManager's log for the whole stack trace.",
  ),
  RESOURCE_GONE: entry<{ url: string; said: string }>(
    (d) => `${d.url} is not there any more: ${d.said}.`,
    () => "Nothing to do: a job or TaskManager that has just ended leaves the list at the next look.",
  ),
  FLINK_JARS_UNAVAILABLE: entry<{ version: string; cause: string }>(
    (d) => `The jars of Flink ${d.version} cannot be had from Maven Central: ${d.cause}.`,
    (d) => `Check the version and the network: mvn dependency:get -Dartifact=org.apache.flink:flink-clients:${d.version}`,
  ),
  PROGRAM_MISSING: entry<{ program: string; purpose: string; install: string }>(
    (d) => `${d.program} was not found; it is needed to ${d.purpose}.`,
    (d) => d.install,
  ),
  CLUSTER_START_FAILED: entry<{ role: string; cause: string; log: string }>(
    (d) => `The ${d.role} of the local Flink cluster did not start: ${d.cause}.${d.log === "" ? "" : `\n${d.log}`}`,
    () => "The log's last lines above say why; a port or memory setting is the usual cause.",
  ),
} as const;
