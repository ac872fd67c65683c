import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { defineCommand } from "../command.ts";
import { PauseBudgets } from "../mcp/pause-budgets.ts";
import { serveMcp } from "../mcp/serve.ts";
import { SERVER_OPTIONS, ServerClient } from "../server-client.ts";
import { BUDGET_OPTIONS } from "../targets.ts";
import { version } from "../version.ts";

export interface McpResult {
  readonly type: "mcp";
  readonly calls: number;
}

export const command = defineCommand({
  description:
    "Serves the Model Context Protocol on standard input and output, so that a coding agent can go from an alarm to a patch: processes, incidents and findings " +
    "with why, class histograms within a budget of pauses, heap dumps with their suspects, paths and queries.\n\n" +
    "Incidents and findings come from a running `heaptide serve`; everything else works without one, on the JVMs of this host.",
  options: { ...SERVER_OPTIONS, ...BUDGET_OPTIONS },
  examples: [
    { line: "heaptide mcp", says: "as the command of an MCP server in an agent's configuration" },
    { line: "heaptide mcp --server http://127.0.0.1:7070 --budget off", says: "read only: no process is ever paused" },
  ],
  async run(context, { server, budget: share, longestPause }): Promise<McpResult> {
    const bench = {
      // Standard output is the protocol's: progress goes nowhere, results are answers.
      context: { ...context, progress: { update() {}, line() {}, clear() {} } },
      server: new ServerClient(server, context.environment, context.signal),
      budgets: new PauseBudgets({ share, longest: longestPause }),
    };
    const transport = new StdioServerTransport();
    // An agent that is gone closes our input, and nothing else.
    process.stdin.once("end", () => void transport.close());
    return { type: "mcp", calls: await serveMcp(bench, transport, version()) };
  },
  format: () => "",
});
