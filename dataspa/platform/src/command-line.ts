import { resolve } from "node:path";
import { Command, Option } from "commander";
import { readFile } from "node:fs/promises";
import { audit } from "./audit/audit.ts";
import { formatAudit } from "./audit/format.ts";
import { type Configuration, ConfigurationError, readConfiguration } from "./configuration.ts";
import { Deployer } from "./deployer.ts";
import { foldersOf } from "./folders.ts";
import { type JobDefinition, withClient } from "./jobs.ts";
import { startPlatform } from "./platform.ts";

const say = (said: string) => void process.stderr.write(`  ${said}\n`);

interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
  readonly transport?: string;
  readonly client?: string;
  readonly port?: string;
}

export const program = new Command("dataspa")
  .description("A data platform on Flink: captures events every night, enriches and serves them, and learns from what users do.")
  .option("--config <file>", "dataspa.yaml; without one the platform captures its own made-up town")
  .option("--data <folder>", "where everything is kept (default: .dataspa)")
  .addOption(new Option("--transport <kind>", "between capture, app and jobs").choices(["segments", "kafka"]))
  .addOption(
    new Option("--client <variant>", "of the enrichment: one HTTP client shared, or one per call, which leaks").choices([
      "shared",
      "per-call",
    ]),
  )
  .addHelpText(
    "after",
    "\nExamples:\n  npm run dataspa\n  npm run dataspa -- --config dataspa.yaml --transport kafka\n  npm run dataspa -- capture now\n  npm run dataspa -- deploy\n  npm run dataspa -- --client per-call    # the story's leak\n  npm run dataspa -- --client shared deploy    # and its fix, while the platform runs\n  npm run dataspa:audit -- --nights 30 --kills 1",
  );

program
  .command("run", { isDefault: true })
  .description("run the platform until Ctrl-C; the next run goes on where this one ended")
  .option("--port <number>", "of the app (default: 8090)")
  .action(() => guarded(runPlatform));

program
  .command("capture")
  .argument("<when>", "now")
  .description("capture all sources now; for the sources of a configuration file, beside a running platform or without it")
  .action(() => guarded(captureNow));

program
  .command("deploy")
  .description("upgrade the jobs of the running platform: each is ended with a savepoint, and its new version goes on from it")
  .option("--jar <file>", "by default the one that was built here")
  .action((options: { jar?: string }) => guarded(() => deploy(options.jar)));

program
  .command("audit")
  .description(
    "replay nights through the real jobs, kill TaskManagers on the way, and account for every event; exit code 1 if one is missing",
  )
  .option("--nights <number>", "of the town", "30")
  .option("--kills <number>", "of the TaskManager, by kill -9, evenly spread", "1")
  .option("--gaps <number>", "made on purpose: sources down or relaunched, no TaskManager; each must be found, and no other", "0")
  .option("--seed <number>", "of the town", "1")
  .option("--json", "the result as JSON on stdout")
  .action((options: AuditWords) => guarded(() => runAudit(options)));

async function settings(more: Readonly<Record<string, unknown>> = {}): Promise<Configuration> {
  const { config, data, transport, client, port } = { ...program.opts<CommonOptions>(), ...program.commands[0]!.opts<CommonOptions>() };
  const overrides = { ...(data && { data }), ...(transport && { transport }), ...(port !== undefined && { port: Number(port) }), ...more };
  const configuration = await readConfiguration(config, overrides, process.env);
  const places = { ...configuration.places, ...(client && { client: client as Configuration["places"]["client"] }) };
  return { ...configuration, places, data: resolve(configuration.data) };
}

class Interrupted extends Error {}

/** Ends in order with the first Ctrl-C or SIGTERM, at once with the second. */
function untilInterrupted(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort(new Interrupted(`ended by ${name}`));
    });
  }
  return stopping.signal;
}

async function runPlatform(): Promise<void> {
  const signal = untilInterrupted();
  const configuration = await settings();
  await using platform = await startPlatform({ configuration, scheduled: true, supervised: true, signal, onProgress: say });
  process.stdout.write(
    `\n  What is on      ${platform.app.url}\n  Data flow       ${platform.app.url}/flow\n  API             ${platform.app.url}/api/openapi.json\n  Metrics         ${platform.app.url}/metrics\n  Flink           ${platform.flinkUrl}\n  Data            ${platform.folders.root}\n\n  Watch it:  npx heaptide serve --flink ${platform.flinkUrl}\n  Ctrl-C ends it; the next run goes on from here.\n\n`,
  );
  if (!signal.aborted) await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
  say("Ending: captures are finished, jobs keep their last checkpoint");
}

async function captureNow(): Promise<void> {
  const { captureOnce } = await import("./capture-once.ts");
  await captureOnce(await settings(), say);
}

async function deploy(jar: string | undefined): Promise<void> {
  const { data } = await settings();
  const folders = foldersOf(data);
  const running = await readFile(folders.running, "utf8").catch(() => undefined);
  if (running === undefined) throw new ConfigurationError(`No platform runs on ${data}. Start it first: npm run dataspa`);
  const { flink, jar: built, definitions } = JSON.parse(running) as { flink: string; jar: string; definitions: JobDefinition[] };
  const { client } = program.opts<CommonOptions>();
  const wanted = client === undefined ? definitions : definitions.map((job) => withClient(job, client));
  const deployed = await new Deployer(flink, folders).deploy(jar === undefined ? built : resolve(jar), wanted);
  for (const { name, job, from } of deployed) process.stdout.write(`${name}  ${job}  from ${from ?? "the beginning"}\n`);
}

interface AuditWords {
  readonly nights: string;
  readonly kills: string;
  readonly gaps: string;
  readonly seed: string;
  readonly json?: boolean;
}

async function runAudit(options: AuditWords): Promise<void> {
  const [nights, kills, gaps, seed] = [options.nights, options.kills, options.gaps, options.seed].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (!(nights >= 1) || !(kills >= 0) || !(gaps >= 0))
    throw new ConfigurationError("--nights is 1 or more, --kills and --gaps are 0 or more");
  if (gaps > 0 && nights < 20 + 5 * gaps)
    throw new ConfigurationError(`${gaps} gaps need ${20 + 5 * gaps} nights or more, for sources to be known`);
  const { transport } = await settings();
  const result = await audit({ nights, kills, gaps, seed, transport, signal: untilInterrupted(), onProgress: say });
  process.stdout.write(`${options.json ? JSON.stringify(result, undefined, 2) : formatAudit(result)}\n`);
  process.exitCode = result.complete ? 0 : 1;
}

/** What is wrong with a request is one line; anything else is a bug, with its stack. */
async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Interrupted) {
      process.exitCode = 130;
      return;
    }
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
