import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type Context, Hono } from "hono";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

/** Everything comes from here; what a class name or a log line holds cannot become a script. Inline styles are the charts' positions; WebAssembly is the kernel that reads heap dumps. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const NAMED_BY_CONTENT = /^\/assets\//;
const COMPRESSED = new Set([".html", ".js", ".css", ".svg", ".json"]);

/**
 * The pages, from the folder that Vite built. A path without a file is one of the application's own addresses and gets its only page; a missing file in
 * `/assets/` is an error, or an old page would load HTML as a script.
 */
export function pageRoutes(folder: string | null): Hono {
  const app = new Hono();
  app.get("/api", (c) => c.redirect("/api/openapi.json"));
  app.get("*", async (c, next) => {
    const { path } = c.req;
    if (path === "/") c.header("Link", firstQuestion(c.req.query()));
    if (path.startsWith("/api/")) return next();
    if (folder === null) return c.html(NOT_BUILT, 503);
    const file = join(folder, normalize(decoded(path)));
    if (file.startsWith(folder) && path !== "/" && (await isFile(file))) return send(c, file, NAMED_BY_CONTENT.test(path));
    if (NAMED_BY_CONTENT.test(path)) return next();
    return send(c, join(folder, "index.html"), false);
  });
  return app;
}

const LAST = /^\d{1,3}[mhd]$/;

/** What the overview will ask is asked while its scripts are still being loaded. */
function firstQuestion({ last = "24h", from, to }: Readonly<Record<string, string>>): string {
  const isFixed = from !== undefined && to !== undefined;
  const query = isFixed ? new URLSearchParams({ from, to }) : new URLSearchParams({ last: LAST.test(last) ? last : "24h" });
  return `</api/overview?${query}>; rel=preload; as=fetch; crossorigin`;
}

/** What is no address of a file is one of the application's, for it to say so. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "/";
  }
}

async function send(c: Context, file: string, isNamedByContent: boolean): Promise<Response> {
  const type = extname(file);
  c.header("Content-Type", TYPES[type] ?? "application/octet-stream");
  c.header("Cache-Control", isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache");
  c.header("Content-Security-Policy", POLICY);
  // Isolated from other origins, a page may share memory with its workers, as WebAssembly for heap dumps does.
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Cross-Origin-Embedder-Policy", "require-corp");
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  const accepted = c.req.header("accept-encoding") ?? "";
  if (!COMPRESSED.has(type) || !/\bgzip\b/.test(accepted)) return c.body(Readable.toWeb(createReadStream(file)) as ReadableStream);
  const encoding = /\bbr\b/.test(accepted) ? "br" : "gzip";
  c.header("Content-Encoding", encoding);
  c.header("Vary", "Accept-Encoding");
  return c.body(await packed(file, encoding, isNamedByContent));
}

type Encoding = "br" | "gzip";
const pack: Readonly<Record<Encoding, (content: Buffer) => Promise<Buffer<ArrayBuffer>>>> = {
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (content) => promisify(gzip)(content),
};
/** A megabyte at the most: packing takes longer than all else that a page waits for. */
const kept = new Map<string, Promise<Buffer<ArrayBuffer>>>();

/** A file whose name changes with its content is packed once. */
function packed(file: string, encoding: Encoding, isNamedByContent: boolean): Promise<Buffer<ArrayBuffer>> {
  const key = `${encoding} ${file}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const packing = readFile(file).then(pack[encoding]);
  if (isNamedByContent) {
    kept.set(key, packing);
    // What could not be read may be there the next time.
    packing.catch(() => kept.delete(key));
  }
  return packing;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Heaptide</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:42em;margin:15vh auto;padding:0 1em;color-scheme:light dark}</style>
<h1>The pages are not built</h1><p>The API answers all the same: <a href="/api/openapi.json">/api/openapi.json</a>.</p><p>In a checkout, <code>npm run setup</code> builds them.</p>`;
