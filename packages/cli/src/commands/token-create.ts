import { type Scope, SCOPES, TokenFolder } from "@heaptide/server";
import { defineCommand } from "../command.ts";
import { formatTokenCreated } from "../format/token.ts";
import { duration, nameArgument, type OptionSpec, text } from "../options.ts";

export interface TokenCreated {
  readonly type: "token";
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** ISO 8601; null: until it is revoked. */
  readonly expiresAt: string | null;
  /** Shown this once. */
  readonly secret: string;
}

const scopes: OptionSpec<readonly Scope[]> = {
  kind: "option",
  placeholder: SCOPES.join(","),
  says: "what its bearer may do, with commas in between",
  initial: ["read"],
  required: false,
  preset: "read",
  parse(value) {
    const asked = value.split(",");
    const known = SCOPES.filter((scope) => asked.includes(scope));
    return known.length === new Set(asked).size && known.length > 0 ? known : undefined;
  },
  expected: `some of ${SCOPES.join(", ")}, with commas in between`,
};

export const command = defineCommand({
  description: `Makes a token for a server whose data folder is on this host, and prints it: this once, for what is kept is its hash. A running server knows it within a second.
read: pages and answers. send: log lines and changes. agent: what \`heaptide agent\` reports. operate: acknowledge, silence, test messages. probe: looks that pause a process.`,
  options: {
    name: nameArgument("name", "what it is called in lists and in the audit log"),
    scopes,
    agent: text("name", "the one agent, by its --name, that it is good for; by default it is good for any"),
    expires: duration("after which it is good for nothing; by default it has to be revoked"),
    data: text("folder", "where the server's database lies"),
  },
  examples: [
    { line: "heaptide token create me --scopes read,operate,probe", says: "for a person: log in with it in the browser" },
    { line: "heaptide token create host-7 --scopes agent --agent host-7 > token", says: "for the agent of a host" },
    { line: "heaptide token create filebeat --scopes send --expires 365d", says: "for a log shipper" },
  ],
  async run({ environment }, { name, scopes: asked, agent, expires, data }): Promise<TokenCreated> {
    const tokens = new TokenFolder(data ?? environment.dataFolder, Date.now);
    const { token, secret } = tokens.create(name, asked, expires ?? null, agent ?? null);
    const expiresAt = token.expiresAt === null ? null : new Date(token.expiresAt).toISOString();
    return { type: "token", id: token.id, name, scopes: asked, expiresAt, secret };
  },
  format: formatTokenCreated,
});
