import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { OpenAPIHono } from "@hono/zod-openapi";

const FOLDER = fileURLToPath(new URL("../web/", import.meta.url));
const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/flow": ["flow.html", "text/html; charset=utf-8"],
  "/style.css": ["style.css", "text/css; charset=utf-8"],
  "/app.js": ["app.js", "text/javascript; charset=utf-8"],
  "/flow.js": ["flow.js", "text/javascript; charset=utf-8"],
  "/elements.js": ["elements.js", "text/javascript; charset=utf-8"],
  "/map.js": ["map.js", "text/javascript; charset=utf-8"],
  "/actions.js": ["actions.js", "text/javascript; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
} as const;

/** Nothing from elsewhere, nothing inline: a title with markup in it that got this far still could not run. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The pages, as they lie in `web/`: a fixed list, so that no path leads anywhere else. */
export function serveStatic(app: OpenAPIHono): void {
  for (const [path, [file, type]] of Object.entries(FILES)) {
    app.get(path, async (c) =>
      c.body(await readFile(`${FOLDER}${file}`), 200, {
        "Content-Type": type,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
      }),
    );
  }
}
