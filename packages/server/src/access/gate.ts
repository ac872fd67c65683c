import { getConnInfo } from "@hono/node-server/conninfo";
import { HeaptideError } from "@heaptide/base";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { AuditLog } from "./audit.ts";
import { RateLimit } from "./rate-limit.ts";
import { type Principal, type Scope, scopeOf, SCOPES } from "./scopes.ts";
import { Sessions } from "./sessions.ts";
import type { Token, TokenFolder } from "./tokens.ts";

export const SESSION_COOKIE = "heaptide_session";

/** What stands between the network and the API. */
export interface Access {
  /** null: whoever reaches the server may do everything. Only on loopback. */
  readonly tokens: TokenFolder | null;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly limits: { readonly failures: RateLimit; readonly requests: RateLimit; readonly probes: RateLimit };
  /** A browser sends the cookie of a session by HTTPS alone. */
  readonly isSecure: boolean;
  /** Origin of the pages behind a proxy; null: they are at the address that is bound. */
  readonly publicOrigin: string | null;
  readonly now: () => number;
}

export function accessOf(options: {
  readonly tokens: TokenFolder | null;
  readonly dataDirectory: string | null;
  readonly isSecure: boolean;
  readonly publicOrigin: string | null;
  readonly now: () => number;
}): Access {
  const { tokens, dataDirectory, isSecure, publicOrigin, now } = options;
  return {
    ...{ tokens, isSecure, publicOrigin, now },
    sessions: new Sessions(now),
    audit: new AuditLog(dataDirectory),
    limits: { failures: new RateLimit(20, 0.2, now), requests: new RateLimit(1000, 200, now), probes: new RateLimit(30, 0.5, now) },
  };
}

/** Whoever asks where nobody has to show a token. */
export const THIS_HOST: Principal = { name: "this host", scopes: new Set(SCOPES), agent: null };
const AUDITED: ReadonlySet<Scope> = new Set(["operate", "probe"]);
const DETAIL = 300;

/**
 * A page of somebody else's may make a browser send requests here, with its cookies or from this very host; its address goes along as Origin. Nothing that changes anything is taken from
 * there, and no answer ever allows another origin to read it. A proxy may ask by another Host than the browser's: `publicOrigin` is one's own all the same.
 */
export function onlyOwnOrigin({ publicOrigin }: Pick<Access, "publicOrigin">): MiddlewareHandler {
  return async (c, next) => {
    const { method } = c.req;
    if (method !== "GET" && method !== "HEAD") {
      const origin = c.req.header("origin");
      const site = c.req.header("sec-fetch-site");
      const isForeign = origin !== undefined && origin !== publicOrigin && hostOf(origin) !== c.req.header("host");
      if (isForeign || site === "cross-site" || site === "same-site")
        throw new HeaptideError("FOREIGN_ORIGIN", { origin: origin ?? site ?? "" });
    }
    await next();
  };
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/** Finds out who asks, and whether that one may. @throws UNAUTHORIZED, FORBIDDEN, TOO_MANY_REQUESTS */
export function gate(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const scope = scopeOf(c.req.method, c.req.path);
    const isAudited = AUDITED.has(scope) && c.req.method !== "GET";
    try {
      const principal = access.tokens === null ? THIS_HOST : admitted(access, c, scope);
      c.set("principal", principal);
      if (scope === "probe" && !access.limits.probes.take(principal.name)) throw tooMany(c, 2);
    } catch (error) {
      if (isAudited) await note(access, c, c.get("principal")?.name ?? "unknown", 403);
      throw error;
    }
    await next();
    if (isAudited) await note(access, c, c.get("principal").name, c.res.status);
  };
}

function admitted(access: Access, c: Context, scope: Scope): Principal {
  const token = tokenOf(access, c);
  if (token === null) {
    if (!access.limits.failures.take(addressOf(c))) throw tooMany(c, 60);
    c.header("WWW-Authenticate", 'Bearer realm="heaptide"');
    throw new HeaptideError("UNAUTHORIZED", { scope });
  }
  if (!access.limits.requests.take(token.id)) throw tooMany(c, 1);
  const principal: Principal = { name: token.name, scopes: new Set(token.scopes), agent: token.agent };
  c.set("principal", principal);
  if (!principal.scopes.has(scope)) throw new HeaptideError("FORBIDDEN", { name: token.name, scope });
  return principal;
}

/** From the header, or from the session that a cookie names. */
function tokenOf({ tokens, sessions }: Access, c: Context): Token | null {
  const secret = presented(c.req.header("authorization"));
  if (secret !== null) return tokens!.find(secret);
  const id = sessions.find(getCookie(c, SESSION_COOKIE) ?? "");
  return id !== null && tokens!.holds(id) ? (tokens!.list().find((token) => token.id === id) ?? null) : null;
}

/** Bearer; or what shippers can be told to send: a password (Basic, any user), or Elasticsearch's ApiKey, where the token is the key. */
function presented(header: string | undefined): string | null {
  const [, kind = "", value = ""] = /^(\w+)\s+(\S+)$/.exec(header ?? "") ?? [];
  if (/^bearer$/i.test(kind)) return value;
  if (!/^(?:basic|apikey)$/i.test(kind)) return null;
  const pair = Buffer.from(value, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

function tooMany(c: Context, seconds: number): HeaptideError {
  c.header("Retry-After", String(seconds));
  return new HeaptideError("TOO_MANY_REQUESTS", { seconds });
}

/** "unknown" in tests, which have no socket. */
export function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "unknown";
  } catch {
    return "unknown";
  }
}

async function note({ audit, now }: Access, c: Context, who: string, status: number): Promise<void> {
  const what = `${c.req.method} ${c.req.path}`;
  // The body was read by the route, which leaves it; where it was refused nobody reads it.
  const detail = status === 403 ? "" : (await c.req.text().catch(() => "")).slice(0, DETAIL);
  audit.note({ at: new Date(now()).toISOString(), who, from: addressOf(c), what, detail, status });
}
