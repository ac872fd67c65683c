/** What a token lets its bearer do. `send`: log lines and changes; `agent`: everything an agent reports; `operate`: acknowledge, silence; `probe`: looks that pause a process. */
export const SCOPES = ["read", "send", "agent", "operate", "probe"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks. */
export interface Principal {
  /** Name of the token; "this host" where none is asked for. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The agent that this one speaks for alone; null: any. */
  readonly agent: string | null;
}

declare module "hono" {
  interface ContextVariableMap {
    principal: Principal;
  }
}

/** What a log shipper sends, or asks before it does. */
const RECEIVERS = /^(?:\/[^/]+)?\/_bulk$|^\/elastic(?:\/|$)|^\/_cat\/|^\/loki\/|^\/v1\/|^\/api\/logs$/;
const PROBING = /^\/api\/(?:targets|processes\/[^/]+\/counting)$/;
/** What is sent by the pipelines of users. */
const SENT = /^\/api\/(?:changes|gaps|flow)\b/;

/** The scope that a request needs. What is not named here and changes something needs `operate`: a route that is forgotten is closed, not open. */
export function scopeOf(method: string, path: string): Scope {
  if (RECEIVERS.test(path)) return "send";
  if (path.startsWith("/api/agent/")) return "agent";
  if (path === "/api/audit") return "operate";
  if (method === "GET" || method === "HEAD") return "read";
  if (PROBING.test(path)) return "probe";
  return SENT.test(path) ? "send" : "operate";
}
