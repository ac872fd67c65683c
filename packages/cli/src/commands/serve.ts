import { once } from "node:events";
import { HeaptideError, seconds } from "@heaptide/base";
import type { Diagnosis } from "@heaptide/model";
import { type Heaptide, readAlertSettings, serveHeaptide, type ServeOptions, type SessionToShow, type Target } from "@heaptide/server";
import { readSession } from "@heaptide/store";
import { pagesAreBuilt, preparePages } from "@heaptide/web/pages";
import { type Context, defineCommand } from "../command.ts";
import { formatServe } from "../format/serve.ts";
import { address, count, duration, flag, text } from "../options.ts";
import { readText } from "../read-text.ts";
import { version } from "../version.ts";
import { BUDGET_OPTIONS, TARGET_OPTIONS, targetsOf } from "../targets.ts";

/** How it stood when the server was ended. */
export interface ServeResult {
  readonly type: "serve";
  readonly url: string;
  readonly verdict: Diagnosis["verdict"] | null;
}

export const command = defineCommand({
  description: `Watches JVMs, or a whole Flink cluster, until it is ended, keeps what it saw in a data folder, and shows it in the browser at http://127.0.0.1:7070.
Pages and API have one port on 127.0.0.1 and need no other service and no network. At any other address everybody has to show a token (\`heaptide token create\`).
Each new verdict is a line on standard error. GET /api/openapi.json describes the API, GET /api/events streams the diagnosis.`,
  options: {
    ...TARGET_OPTIONS,
    session: text("file", "show a session recorded by `heaptide record`, instead of watching"),
    speed: count("N", "replay the session N times as fast as it was recorded; by default all of it is there at once"),
    data: text("folder", "where the database lies"),
    agents: flag("takes what `heaptide agent` sends from other hosts; needs no target of its own"),
    host: text("address", "the address to listen on; beyond loopback a token is asked of everybody", "127.0.0.1"),
    port: count("N", "the port to listen on; 0 takes any free one", 7070, 0),
    login: flag("ask for a token on loopback, too: behind a proxy, or where others have accounts here"),
    publicUrl: address("where people reach the pages, for links in alarms; needed behind a proxy"),
    tlsCert: text("file", "certificate chain, PEM: answers by HTTPS; with --tls-key"),
    tlsKey: text("file", "its private key, PEM"),
    every: duration("shortest time between two live class histograms", seconds(8)),
    kubernetes: flag("in a pod: read what is rolled out in its namespace, and why containers ended, from the API server"),
    alerts: text("file", "YAML with channels and rules for alarms; without, the usual rules are shown and told to nobody"),
    remoteWrite: text("url", "send measures on to a Prometheus remote-write address"),
    history: text("url", "where a Prometheus API answers for samples older than those kept here"),
    keep: duration("how long observations are kept", seconds(14 * 86_400)),
    ...BUDGET_OPTIONS,
  },
  examples: [
    { line: "heaptide serve --flink http://127.0.0.1:8081", says: "watch a cluster; the API is at http://127.0.0.1:7070" },
    { line: "heaptide serve --pid 4242 --budget 0.5%", says: "watch one JVM at half the usual cost" },
    { line: "heaptide serve --flink http://127.0.0.1:8081 --alerts alerts.yaml", says: "tell alarms to the channels of a file" },
    { line: "heaptide serve --agents --host 0.0.0.0 --tls-cert c.pem --tls-key k.pem", says: "the server of agents on many hosts" },
    { line: "heaptide serve --session leak.heaptide", says: "look at what `heaptide record` wrote" },
  ],
  configurable: true,
  async run(context, options): Promise<ServeResult> {
    const { flink, pid, jolokia, scrape, kubernetes, session, speed, data, host, port, every, keep, budget: share, longestPause } = options;
    const { alerts, remoteWrite, history, agents, login, publicUrl, tlsCert, tlsKey } = options;
    const shown = session === undefined ? undefined : await sessionToShow(session, speed, context);
    const isNothingNamed = [flink, pid, jolokia, scrape].every((target) => target === undefined);
    const named = shown !== undefined || (agents && isNothingNamed) ? [] : await targetsOf(options);
    const targets = [...named, ...rollouts(kubernetes, context)];
    const dataDirectory = data ?? context.environment.dataFolder;
    const heaptide = await serveHeaptide({
      targets,
      ...(shown && { session: shown }),
      pages: await pages(context),
      version: version(),
      dataDirectory,
      host,
      port,
      login,
      ...(publicUrl !== undefined && { publicUrl }),
      ...(await tlsOf(tlsCert, tlsKey)),
      histogramEvery: every,
      keep,
      ...(alerts !== undefined && { alerts: await readAlertSettings(alerts, context.environment.variables) }),
      ...(remoteWrite !== undefined && { remoteWrite: { url: remoteWrite } }),
      ...(history !== undefined && { history: { url: history } }),
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

/** @throws CANNOT_READ_FILE, INVALID_COMMAND where one is named without the other */
async function tlsOf(cert: string | undefined, key: string | undefined): Promise<Pick<ServeOptions, "tls">> {
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined)
    throw new HeaptideError("INVALID_COMMAND", { problem: "--tls-cert and --tls-key belong together", command: "serve" });
  return { tls: { cert: await readText(cert), key: await readText(key) } };
}

/** @throws what `readSession` throws. A recording that was cut off is shown as far as it goes. */
async function sessionToShow(file: string, speed: number | undefined, { progress }: Context): Promise<SessionToShow> {
  const session = await readSession(file, { partial: true });
  const onProgress = (share: number) => progress.update(`replaying ${file} · ${Math.round(share * 100)} %`);
  return { session, speed: speed ?? Infinity, ...(speed === undefined && { onProgress }) };
}

/** Where every pod finds the API server and its account. */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

function rollouts(wanted: boolean, { environment: { variables } }: Context): Target[] {
  if (!wanted) return [];
  const { KUBERNETES_SERVICE_HOST: host = "kubernetes.default.svc", KUBERNETES_SERVICE_PORT: port = "443" } = variables;
  return [{ kind: "kubernetes", url: `https://${host.includes(":") ? `[${host}]` : host}:${port}`, account: ACCOUNT }];
}

/** Built on first use, in a checkout; a released package brings them along. */
async function pages({ progress }: Context): Promise<string> {
  if (!pagesAreBuilt()) progress.update("building the pages, once");
  const folder = await preparePages();
  progress.clear();
  return folder;
}

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
