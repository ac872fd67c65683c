import { hostname } from "node:os";
import { join } from "node:path";
import { seconds } from "@heaptide/base";
import { Agent, type Target } from "@heaptide/server";
import { defineCommand } from "../command.ts";
import { formatAgent } from "../format/agent.ts";
import { count, duration, text } from "../options.ts";
import { readToken } from "../read-text.ts";
import { BUDGET_OPTIONS, TARGET_OPTIONS, wantedTargets } from "../targets.ts";
import { version } from "../version.ts";

export interface AgentResult {
  readonly type: "agent";
  readonly name: string;
  readonly server: string;
}

const MEBI = 1 << 20;

export const command = defineCommand({
  description: `Looks at the JVMs of this host, as \`serve\` does, and pushes what it sees to a server (\`heaptide serve --agents\`), until it is ended.
What the server has not taken yet lies in a folder: it survives an outage of the server and a kill of the agent. A cluster that is not there yet is waited for.
The token (scope agent) comes from a file or from HEAPTIDE_TOKEN, never from the command line, which everybody on the host can read.`,
  options: {
    server: text("url", "address of the server", "http://127.0.0.1:7070"),
    name: text("name", "its name among the agents of the server", plainName(hostname())),
    tokenFile: text("file", "file that holds the token and nothing else"),
    ...TARGET_OPTIONS,
    data: text("folder", "where what waits lies"),
    spool: count("MiB", "bound of what waits; the oldest is dropped first", 256),
    every: duration("shortest time between two live class histograms", seconds(8)),
    ...BUDGET_OPTIONS,
  },
  examples: [
    {
      line: "heaptide agent --server https://heaptide:7070 --token-file token --flink http://jobmanager:8081",
      says: "on each host of a cluster",
    },
    { line: "heaptide agent --server http://127.0.0.1:7070 --pid 4242", says: "to a server on this host, which asks for no token" },
  ],
  configurable: true,
  async run({ environment, progress, signal }, options): Promise<AgentResult> {
    const { server, name, data, spool, every, budget: share, longestPause, tokenFile } = options;
    const targets: Target[] = wantedTargets(options);
    const agent = new Agent({
      ...{ name, server, targets, signal },
      token: await readToken(tokenFile, environment),
      folder: data ?? join(environment.dataFolder, "agent"),
      mostBytes: spool * MEBI,
      budget: { share, longest: longestPause },
      histogramEvery: every,
      version: version(),
      onProblem: (problem) =>
        progress.line(
          problem === null
            ? `${new Date().toISOString()}  ${server} takes what is seen here`
            : `${new Date().toISOString()}  ${server}: ${problem.problem} [${problem.code}]; what is seen waits on the disk`,
        ),
    });
    progress.line(`Agent ${name} pushes to ${server}. Ctrl-C ends it.`);
    await agent.run();
    return { type: "agent", name, server };
  },
  format: formatAgent,
});

/** A host's name as agents may be called. */
function plainName(host: string): string {
  return host.replace(/[^\w.-]/g, "-").slice(0, 100) || "host";
}
