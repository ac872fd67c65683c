import { readFileSync } from "node:fs";

let names: ReadonlyMap<number, string> | undefined;

/** The name of a user, or `#1234` for one without: sudo and setpriv understand both. Only `/etc/passwd` is asked, no directory service. */
export function userName(uid: number): string {
  names ??= readNames();
  return names.get(uid) ?? `#${uid}`;
}

/** Who we are to the kernel. */
export function selfUid(): number {
  return process.geteuid?.() ?? -1;
}

export function selfName(): string {
  return userName(selfUid());
}

function readNames(): Map<number, string> {
  const found = new Map<number, string>();
  try {
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [name, , uid] = line.split(":");
      if (name && uid && !found.has(Number(uid))) found.set(Number(uid), name);
    }
  } catch {
    // Minimal images have none: numbers will do.
  }
  return found;
}
