import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { HeaptideError } from "@heaptide/base";
import { type Access, addressOf, SESSION_COOKIE } from "./gate.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const MOST_BYTES = 4096;

/** The page on which a browser shows its token, once, and gets a cookie for it. Works without scripts. */
export function loginRoutes(access: Access): Hono {
  const app = new Hono();
  const { tokens, sessions, limits, audit, isSecure, now } = access;
  const tooLarge = () => {
    throw new HeaptideError("REQUEST_TOO_LARGE", { limit: MOST_BYTES });
  };
  app.use("/login", async (c, next) => {
    c.header("Content-Security-Policy", POLICY);
    c.header("X-Content-Type-Options", "nosniff");
    // Not "no-referrer": with it a browser sends its form with the origin "null", which is nobody's own.
    c.header("Referrer-Policy", "same-origin");
    c.header("Cache-Control", "no-store");
    await next();
  });
  app.get("/login", (c) => (tokens === null ? c.redirect("/") : c.html(page(ownPath(c.req.query("next")), false))));
  app.post("/login", bodyLimit({ maxSize: MOST_BYTES, onError: tooLarge }), async (c) => {
    if (tokens === null) return c.redirect("/", 303);
    const form = new URLSearchParams(await c.req.text());
    const next = ownPath(form.get("next") ?? undefined);
    const token = tokens.find(form.get("token")?.trim() ?? "");
    const note = (who: string, status: number) =>
      audit.note({ at: new Date(now()).toISOString(), who, from: addressOf(c), what: "log-in", detail: "", status });
    if (token === null) {
      if (!limits.failures.take(addressOf(c))) throw new HeaptideError("TOO_MANY_REQUESTS", { seconds: 60 });
      note("unknown", 401);
      return c.html(page(next, true), 401);
    }
    note(token.name, 200);
    setCookie(c, SESSION_COOKIE, sessions.begin(token.id), {
      ...{ httpOnly: true, secure: isSecure, sameSite: "Lax", path: "/", maxAge: sessions.lifetime },
    });
    return c.redirect(next, 303);
  });
  app.post("/logout", (c) => {
    sessions.end(getCookie(c, SESSION_COOKIE) ?? "");
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
    return c.redirect("/login", 303);
  });
  return app;
}

/** A path of this server, never an address of another. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[\w\-./?=&%@:#]*$/.test(next) ? next : "/";
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = (
  next: string,
  isWrong: boolean,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Heaptide: log in</title>
<meta name="viewport" content="width=device-width">
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:26em;margin:18vh auto;padding:0 1em;color-scheme:light dark}input,button{font:inherit;padding:.4em .6em;width:100%;box-sizing:border-box;margin:.3em 0}</style>
<h1>Heaptide</h1><form method="post" action="/login"><label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" autofocus required>
<input type="hidden" name="next" value="${escaped(next)}"><button>Log in</button></form>
${isWrong ? '<p role="alert">That token is not known here, was revoked, or is too old.</p>' : ""}
<p>Whoever runs the server makes one: <code>heaptide token create NAME --scopes read,operate</code></p></html>`;
