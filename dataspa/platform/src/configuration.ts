import { readFile } from "node:fs/promises";
import { Source } from "@dataspa/capture";
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";

/** `dataspa.yaml`. Everything has a default but the sources: without any, the platform captures its own made-up town. */
export const Configuration = z.strictObject({
  data: z.string().default(".dataspa"),
  host: z.string().default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(8090),
  timeZone: z.string().default("Europe/Berlin"),
  transport: z.enum(["segments", "kafka"]).default("segments"),
  kafka: z
    .strictObject({
      brokers: z.array(z.string()).default([]).describe("none: a broker of its own on this machine"),
      partitions: z.int().min(1).default(2),
    })
    .prefault({}),
  flink: z
    .strictObject({
      url: z.url().optional().describe("none: a cluster of its own on this machine"),
      heap: z.string().default("512m"),
      parallelism: z.int().min(1).default(1),
      checkpointInterval: z.string().default("10s"),
      jvmOptions: z.array(z.string()).default([]),
    })
    .prefault({}),
  places: z
    .strictObject({
      url: z.url().default("https://places-api.foursquare.com"),
      /** By environment: DATASPA_PLACES_KEY. Without one the stand-in answers. */
      key: z.string().optional(),
      near: z.string().default(""),
      dailyBudget: z.int().min(0).default(0),
      capacity: z.int().min(1).default(100),
      client: z.enum(["shared", "per-call"]).default("shared"),
      rememberVenues: z.int().min(0).default(10_000),
    })
    .prefault({}),
  /** How users' actions are counted, in event time. */
  actions: z
    .strictObject({
      window: z.string().default("10min"),
      /** What comes later than this is written apart; results wait as long. */
      lateness: z.string().default("1min"),
    })
    .prefault({}),
  /** Told of gaps and nights: `POST /api/gaps` and `POST /api/flow/days` below this address. */
  flowTo: z.strictObject({ url: z.url(), token: z.string().optional().describe("by environment: DATASPA_FLOW_TOKEN") }).optional(),
  /** Between publishing and processing; above it, events count as not processed. Seconds. */
  gapAfter: z.int().min(5).default(120),
  sources: z.array(Source).default([]),
});
export type Configuration = z.infer<typeof Configuration>;

/** A configuration that cannot be used; the message says what is wrong, and where it stands. */
export class ConfigurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigurationError";
  }
}

/** @param overrides what the command line and the environment say; they win over the file */
export async function readConfiguration(
  file: string | undefined,
  overrides: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const said = file === undefined ? {} : await readYaml(file);
  const places = { ...(said.places as object | undefined), ...(environment.DATASPA_PLACES_KEY && { key: environment.DATASPA_PLACES_KEY }) };
  const { DATASPA_FLOW_TOKEN: token } = environment;
  const flowTo = said.flowTo === undefined ? undefined : { ...(said.flowTo as object), ...(token !== undefined && { token }) };
  const parsed = Configuration.safeParse({ ...said, places, ...(flowTo && { flowTo }), ...overrides });
  if (!parsed.success) throw new ConfigurationError(`${file ?? "The command line"} is not valid:\n${z.prettifyError(parsed.error)}`);
  const names = parsed.data.sources.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigurationError(`${file}: there are two sources named ${twice}`);
  return parsed.data;
}

async function readYaml(file: string): Promise<Record<string, unknown>> {
  try {
    return (parse(await readFile(file, "utf8")) as Record<string, unknown> | null) ?? {};
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigurationError(`${file} is no YAML: ${error.message}`);
    throw new ConfigurationError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
