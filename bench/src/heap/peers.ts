import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchmarkContext } from "../report.ts";

const run = promisify(execFile);

/** The two tools that ours is measured beside, in the versions that the goals are about. */
const PEERS = { "hprof-slurp": "0.10.0", "hprof-analyzer": "0.3.2" } as const;
export type Peer = keyof typeof PEERS;

/**
 * Where the peers are. The folder in PEERS says where, and that they are wanted: what is not there is built from crates.io, which takes minutes.
 * Without it ours is measured alone. @returns null for each that is not there
 */
export async function findPeers({ signal, progress }: BenchmarkContext): Promise<Readonly<Record<Peer, string | null>>> {
  const folder = process.env["PEERS"];
  const found: Record<Peer, string | null> = { "hprof-slurp": null, "hprof-analyzer": null };
  if (!folder) return found;
  for (const [name, version] of Object.entries(PEERS) as [Peer, string][]) {
    const program = join(folder, "bin", name);
    if (!existsSync(program)) {
      progress(`building ${name} ${version} into ${folder}`);
      await run("cargo", ["install", "--locked", name, "--version", version, "--root", folder], { signal, maxBuffer: 64 << 20 });
    }
    found[name] = program;
  }
  return found;
}
