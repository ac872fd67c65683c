import { entry } from "./entry.ts";

/** Who may do what, and from where. */
export const ACCESS_ERRORS = {
  NO_TOKENS: entry<{ host: string; data: string | null }>(
    (d) => `Nothing listens at ${d.host}: others can reach it there, a token is asked of everybody, and there is none.`,
    (d) => `heaptide token create me --scopes read,operate,probe${d.data === null ? "" : ` --data ${d.data}`}`,
  ),
  NO_SUCH_TOKEN: entry<{ token: string; same: number }>(
    (d) => (d.same > 1 ? `${d.same} tokens are called ${d.token}.` : `There is no token ${d.token}.`),
    () => "heaptide token list shows the id of each.",
  ),
  UNAUTHORIZED: entry<{ scope: string }>(
    (d) => `A token with the scope ${d.scope} is needed here; none was shown, or it is not known, was revoked or is too old.`,
    (d) => `On the server: heaptide token create NAME --scopes ${d.scope}. Then send it as "Authorization: Bearer TOKEN".`,
  ),
  FORBIDDEN: entry<{ name: string; scope: string }>(
    (d) => `The token ${JSON.stringify(d.name)} lacks the scope ${d.scope}.`,
    (d) => `On the server: heaptide token create NAME --scopes ${d.scope}`,
  ),
  OTHER_AGENT: entry<{ name: string; agent: string; other: string }>(
    (d) =>
      `The token ${JSON.stringify(d.name)} is good for the agent ${d.agent} alone, and not for ${JSON.stringify(d.other.slice(0, 100))}.`,
    (d) =>
      `Start that agent with --name ${d.agent}, or make it a token of its own on the server: heaptide token create NAME --scopes agent --agent AGENT`,
  ),
  FOREIGN_ORIGIN: entry<{ origin: string }>(
    (d) => `A page of another origin (${JSON.stringify(d.origin.slice(0, 100))}) may not change anything here.`,
    () => "Use Heaptide's own pages, or a program with a token.",
  ),
  TOO_MANY_REQUESTS: entry<{ seconds: number }>(
    () => "Too many requests came from there.",
    (d) => `Try again in ${d.seconds} s.`,
  ),
  TOKEN_UNREADABLE: entry<{ file: string; problem: string }>(
    (d) => `No token can be read from ${d.file}: ${d.problem}.`,
    (d) => `The file holds the token and nothing else: ls -l ${d.file}`,
  ),
  AGENT_SILENT: entry<{ agent: string; since: string }>(
    (d) => `The agent ${d.agent} was heard last at ${d.since}: nothing is known of the processes of its host since.`,
    (d) =>
      `On that host: is "heaptide agent --name ${d.agent}" running, and does it reach this server? It says on standard error what keeps it from that.`,
  ),
} as const;
