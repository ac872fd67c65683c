import type { TokenCreated } from "../commands/token-create.ts";
import type { TokenList } from "../commands/token-list.ts";
import type { TokenRevoked } from "../commands/token-revoke.ts";
import type { Terminal } from "../terminal.ts";
import { type Column, table } from "./table.ts";

/** Into a pipe or a file goes the token and nothing else. */
export function formatTokenCreated({ name, scopes, expiresAt, secret }: TokenCreated, terminal: Terminal): string {
  if (!terminal.interactive) return secret;
  const until = expiresAt === null ? "until it is revoked" : `until ${expiresAt}`;
  return `${secret}\n\nThe token of ${name}, for ${scopes.join(", ")}, ${until}. It is shown this once.`;
}

export function formatTokens({ tokens }: TokenList, terminal: Terminal): string {
  if (tokens.length === 0) return "There are no tokens. heaptide token create NAME --scopes read makes one.";
  const columns: Column<TokenList["tokens"][number]>[] = [
    { title: "id", align: "left", cell: ({ id }) => id },
    { title: "name", align: "left", cell: ({ name }) => name },
    { title: "scopes", align: "left", cell: ({ scopes }) => scopes.join(",") },
    { title: "agent", align: "left", cell: ({ scopes, agent }) => (scopes.includes("agent") ? (agent ?? "any") : "-") },
    { title: "last used", align: "left", cell: ({ lastUsedAt }) => lastUsedAt ?? "never" },
    { title: "good until", align: "left", cell: ({ expiresAt }) => expiresAt ?? "it is revoked" },
  ];
  return table(columns, tokens, terminal.width);
}

export const formatTokenRevoked = ({ id, name }: TokenRevoked): string => `The token ${name} (${id}) is good for nothing any more.`;
