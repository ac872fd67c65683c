import { type Token, TokenFolder } from "@heaptide/server";
import { defineCommand } from "../command.ts";
import { formatTokens } from "../format/token.ts";
import { text } from "../options.ts";

export interface TokenList {
  readonly type: "tokens";
  readonly tokens: readonly (Omit<Token, "createdAt" | "expiresAt" | "lastUsedAt"> & {
    /** ISO 8601. */
    readonly createdAt: string;
    readonly expiresAt: string | null;
    readonly lastUsedAt: string | null;
  })[];
}

export const command = defineCommand({
  description:
    "Lists the tokens of a server whose data folder is on this host: what each may do and when it was used last, never the token itself.",
  options: { data: text("folder", "where the server's database lies") },
  examples: [{ line: "heaptide token list", says: "which of them is not used any more?" }],
  async run({ environment }, { data }): Promise<TokenList> {
    const tokens = new TokenFolder(data ?? environment.dataFolder, Date.now).list();
    const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
    return {
      type: "tokens",
      tokens: tokens.map((token) => ({
        ...token,
        createdAt: new Date(token.createdAt).toISOString(),
        expiresAt: iso(token.expiresAt),
        lastUsedAt: iso(token.lastUsedAt),
      })),
    };
  },
  format: formatTokens,
});
