import { TokenFolder } from "@heaptide/server";
import { defineCommand } from "../command.ts";
import { formatTokenRevoked } from "../format/token.ts";
import { nameArgument, text } from "../options.ts";

export interface TokenRevoked {
  readonly type: "token-revoked";
  readonly id: string;
  readonly name: string;
}

export const command = defineCommand({
  description: "Takes a token back: a running server refuses it within a second, and ends what it is logged in to.",
  options: {
    token: nameArgument("token", "its id, or a name that no other has"),
    data: text("folder", "where the server's database lies"),
  },
  examples: [{ line: "heaptide token revoke host-7", says: "the agent with that token is not heard any more" }],
  async run({ environment }, { token, data }): Promise<TokenRevoked> {
    const { id, name } = new TokenFolder(data ?? environment.dataFolder, Date.now).revoke(token);
    return { type: "token-revoked", id, name };
  },
  format: formatTokenRevoked,
});
