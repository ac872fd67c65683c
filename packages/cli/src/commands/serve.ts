import { once } from "node:events";
import { seconds } from "@heaptide/base";
import type { Diagnosis } from "@heaptide/model";
import { type Heaptide, serveHeaptide } from "@heaptide/server";
import { type Context, defineCommand } from "../command.ts";
import { formatServe } from "../format/serve.ts";
import { count, duration, text } from "../options.ts";
import { BUDGET_OPTIONS, TARGET_OPTIONS, targetsOf } from "../targets.ts";

/** How it stood when the server was ended. */
export interface ServeResult {
  readonly type: "serve";
  readonly url: string;
  readonly verdict: Diagnosis["verdict"] | null;
}

export const command = defineCommand({
  description: `Watches JVMs, or a whole Flink cluster, until it is ended, keeps what it saw in a data folder, and answers by HTTP on 127.0.0.1.
Each new verdict is a line on standard error. GET /api/openapi.json describes the API, GET /api/events streams the diagnosis.`,
  options: {
    ...TARGET_OPTIONS,
    data: text("folder", "where the database lies"),
    host: text("address", "the address to listen on", "127.0.0.1"),
    port: count("N", "the port to listen on; 0 takes any free one", 7070, 0),
    every: duration("shortest time between two live class histograms", seconds(8)),
    keep: duration("how long observations are kept", seconds(14 * 86_400)),
    ...BUDGET_OPTIONS,
  },
  examples: [
    { line: "heaptide serve --flink http://127.0.0.1:8081", says: "watch a cluster; the API is at http://127.0.0.1:7070" },
    { line: "heaptide serve --pid 4242 --budget 0.5%", says: "watch one JVM at half the usual cost" },
  ],
  configurable: true,
  async run(context, { flink, pid, data, host, port, every, keep, budget: share, longestPause }): Promise<ServeResult> {
    const targets = await targetsOf({ flink, pid });
    const dataDirectory = data ?? context.environment.dataFolder;
    const heaptide = await serveHeaptide({
      targets,
      dataDirectory,
      host,
      port,
      histogramEvery: every,
      keep,
      budget: { share, longest: longestPause },
    });
    try {
      report(heaptide, context);
      if (!context.signal.aborted) await once(context.signal, "abort");
      return { type: "serve", url: heaptide.url, verdict: heaptide.diagnosis()?.verdict ?? null };
    } finally {
      await heaptide.close();
    }
  },
  format: formatServe,
});

/** A line for the start, and one whenever the verdict or its headline changes. */
function report(heaptide: Heaptide, { progress }: Context): void {
  progress.line(`Heaptide listens at ${heaptide.url}, data in ${heaptide.store.status.path}. Ctrl-C ends it.`);
  const aside = heaptide.store.status.movedAside;
  if (aside) progress.line(`${aside.message} [${aside.code}]\n  next: ${aside.next}`);
  let said = "";
  heaptide.onDiagnosis(({ verdict, finding }) => {
    const headline = `${verdict}${finding === null ? "" : `: ${finding.headline}`}`;
    // The figures in a headline move with each look; the verdict and what it is about do not.
    const gist = `${verdict} ${finding?.id ?? ""} ${finding?.line?.line ?? ""}`;
    if (gist !== said) progress.line(`${new Date().toISOString()}  ${headline}`);
    said = gist;
  });
}
