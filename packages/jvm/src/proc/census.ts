import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isErrno, readProcFile } from "./status.ts";

/** How many of a kind. */
export interface CensusGroup {
  readonly name: string;
  readonly value: number;
}

/** What the rest is counted under: a process may have a thousand files open. */
const MOST_GROUPS = 60;
const REST = "others";

/** Names of one making differ in numbers. */
const inPattern = (name: string): string => name.replace(/\d+/g, "N");

/**
 * Threads by the pattern of their name. The kernel keeps 15 characters of it; HotSpot shortens in its own way. Costs the process nothing, and the
 * caller 15 µs a thread: synchronous, like every read of `/proc`.
 * @throws NO_SUCH_PROCESS is left to other readers: a process that is gone has no threads
 */
export function threadCensus(pid: number): CensusGroup[] {
  const names = entriesOf(`/proc/${pid}/task`).flatMap((task) => {
    try {
      return readFileSync(`/proc/${pid}/task/${task}/comm`, "utf8").trimEnd();
    } catch {
      return [];
    }
  });
  return tallied(names.map(inPattern));
}

/**
 * Open descriptors by kind and target: files by the pattern of their path, sockets by the port that they are connected or bound to, the rest by name.
 * Empty for another user's process.
 */
export async function descriptorCensus(pid: number): Promise<CensusGroup[]> {
  const links = entriesOf(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    } catch {
      return [];
    }
  });
  const sockets = links.some((link) => link.startsWith("socket:")) ? await socketsOf(pid) : new Map<string, string>();
  return tallied(links.map((link) => describeLink(link, sockets)));
}

export function describeLink(link: string, sockets: ReadonlyMap<string, string>): string {
  const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
  if (inode !== undefined) return sockets.get(inode) ?? "socket";
  if (link.startsWith("pipe:")) return "pipe";
  const anonymous = /^anon_inode:\[?([^\]]*)\]?/.exec(link)?.[1];
  return anonymous === undefined ? `file ${inPattern(link)}` : anonymous || "anonymous";
}

/** Inode -> where a TCP socket of the process's network namespace leads. Source of the columns: man 5 proc_pid_net. */
async function socketsOf(pid: number): Promise<Map<string, string>> {
  const tables = await Promise.all(["net/tcp", "net/tcp6"].map((name) => readProcFile(pid, name).catch(() => "")));
  return new Map(tables.flatMap(parseSockets));
}

const LISTENING = "0A";

export function parseSockets(table: string): [inode: string, name: string][] {
  return table.split("\n").flatMap((line): [string, string][] => {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (inode === undefined || !/^\d+$/.test(inode)) return [];
    const address = state === LISTENING ? local! : remote!;
    const [host, port] = [address.slice(0, address.lastIndexOf(":")), Number.parseInt(address.slice(address.lastIndexOf(":") + 1), 16)];
    return [[inode, state === LISTENING ? `socket listening on port ${port}` : `socket to ${addressOf(host)}:${port}`]];
  });
}

/** The kernel prints addresses in words of host byte order, little-endian wherever HotSpot runs on Linux today. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  const ordered = bytes.map((_, i) => bytes[(i & ~3) + 3 - (i & 3)]!);
  if (ordered.length === 4) return ordered.join(".");
  const isMapped = ordered.slice(0, 10).every((byte) => byte === 0) && ordered[10] === 255;
  if (isMapped) return ordered.slice(12).join(".");
  const words = Array.from({ length: 8 }, (_, i) => ((ordered[2 * i]! << 8) | ordered[2 * i + 1]!).toString(16));
  return `[${words.join(":").replace(/\b0(:0\b)+/, "")}]`;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "ENOENT", "ESRCH")) return [];
    throw error;
  }
}

/** The most first; what is beyond the bound is counted together. */
export function tallied(names: readonly string[], values: readonly number[] = names.map(() => 1)): CensusGroup[] {
  const groups = new Map<string, number>();
  names.forEach((name, i) => groups.set(name, (groups.get(name) ?? 0) + values[i]!));
  const sorted = [...groups].map(([name, value]) => ({ name, value })).sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  const rest = sorted.slice(MOST_GROUPS).reduce((sum, { value }) => sum + value, 0);
  return [...sorted.slice(0, MOST_GROUPS), ...(rest > 0 ? [{ name: REST, value: rest }] : [])];
}
