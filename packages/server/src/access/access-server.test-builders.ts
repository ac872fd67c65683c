import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Heaptide, serveHeaptide } from "../serve.ts";
import type { ServeOptions } from "../serve-options.ts";
import type { Scope } from "./scopes.ts";
import { TokenFolder } from "./tokens.ts";

/** A loopback address that is not 127.0.0.1 counts as one that others can reach, and nobody else can. */
export const AFAR = "127.0.0.2";

/** A server for each test, with a folder and tokens of its own; closed after it. */
export class AccessServer {
  readonly folder = mkdtempSync(join(tmpdir(), "heaptide-access-"));
  readonly tokens = new TokenFolder(join(this.folder, "data"), Date.now);
  heaptide: Heaptide | null = null;

  secretFor(...scopes: Scope[]): string {
    return this.tokens.create(scopes.join("-"), scopes, null).secret;
  }

  /** @returns its address */
  async serve(options: Partial<ServeOptions> = {}): Promise<string> {
    this.heaptide = await serveHeaptide({ targets: [], dataDirectory: join(this.folder, "data"), host: AFAR, port: 0, ...options });
    return this.heaptide.url;
  }

  async close(): Promise<void> {
    await this.heaptide?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @returns a function that gives the server of the test that runs */
export function useAccessServer(): () => AccessServer {
  let server: AccessServer;
  beforeEach(() => {
    server = new AccessServer();
  });
  afterEach(() => server.close());
  return () => server;
}

export const withToken = (secret: string) => ({ authorization: `Bearer ${secret}`, "content-type": "application/json" });
