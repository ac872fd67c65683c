import { fileURLToPath } from "node:url";
import { EVENTS_TOPIC } from "@dataspa/capture";
import { ACTIONS_TOPIC } from "@dataspa/app";
import type { Transport } from "@dataspa/transport";
import type { Configuration } from "./configuration.ts";
import type { Folders } from "./folders.ts";
import { join } from "node:path";

export const JAR = fileURLToPath(new URL("../../jobs/target/dataspa-jobs.jar", import.meta.url));

/** A job as it is to run. The name is what Flink calls it, and what it is found again by. */
export interface JobDefinition {
  readonly name: string;
  readonly entryClass: string;
  readonly args: readonly string[];
  readonly parallelism: number;
}

export interface JobSurroundings {
  readonly configuration: Configuration;
  readonly folders: Folders;
  readonly transport: Transport;
  readonly places: { readonly url: string; readonly key: string };
}

export const PROCESSING = "event-processing";
const ENRICHMENT = "venue-enrichment";
const ACTIONS = "user-actions";

export function jobDefinitions({ configuration, folders, transport, places }: JobSurroundings): JobDefinition[] {
  const { sinks, checkpoints } = folders;
  const { flink } = configuration;
  const define = (name: string, entryClass: string, args: readonly string[]): JobDefinition => ({
    name,
    entryClass: `org.dataspa.${entryClass}`,
    args: [...args, "--checkpoint-interval", flink.checkpointInterval, "--checkpoints", `file://${join(checkpoints, name)}`],
    parallelism: flink.parallelism,
  });
  return [
    define(PROCESSING, "processing.EventProcessingJob", [
      ...transport.sourceArguments(EVENTS_TOPIC),
      ...["--processed", sinks.processed, "--ledger", sinks.ledger, "--dead-letters", sinks["dead-letters"]],
    ]),
    define(ENRICHMENT, "enrichment.VenueEnrichmentJob", [
      ...["--events", sinks.processed, "--enriched", sinks.enriched, "--client", configuration.places.client],
      ...["--places-url", places.url, "--places-key", places.key, "--capacity", String(configuration.places.capacity)],
      ...["--remember-venues", String(configuration.places.rememberVenues), "--daily-budget", String(configuration.places.dailyBudget)],
      ...(configuration.places.near === "" ? [] : ["--places-near", configuration.places.near]),
    ]),
    define(ACTIONS, "actions.UserActionsJob", [
      ...transport.sourceArguments(ACTIONS_TOPIC),
      ...["--popularity", sinks.popularity, "--visits", sinks.visits, "--late", sinks.late],
      ...["--window", configuration.actions.window, "--lateness", configuration.actions.lateness],
    ]),
  ];
}

/** The same job with another HTTP client, where it has one. */
export function withClient(job: JobDefinition, client: string): JobDefinition {
  const at = job.args.indexOf("--client");
  return at < 0 ? job : { ...job, args: job.args.with(at + 1, client) };
}
