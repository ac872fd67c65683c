import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * The little of Linux' /proc that tells which local process is which JVM of a cluster.
 * Source: proc(5), proc_pid_net(5): `net/tcp` and `net/tcp6` (hexadecimal, state 0A is LISTEN), `net/fib_trie` (IPv4 addresses of a namespace).
 */
export interface LocalFlinkProcess {
  readonly proc: string;
  readonly pid: number;
  readonly role: "taskmanager" | "jobmanager";
  readonly command: readonly string[];
}

/** All JVMs that run one of Flink's entry points, in this PID namespace; none where there is no /proc. */
export async function flinkProcesses(proc: string): Promise<LocalFlinkProcess[]> {
  const pids = (await orElse(readdir(proc), [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(
    pids.map(async (pid): Promise<LocalFlinkProcess[]> => {
      const command = (await orElse(readFile(join(proc, String(pid), "cmdline"), "utf8"), "")).split("\0");
      const role = roleOf(command);
      return role === null ? [] : [{ proc, pid, role, command }];
    }),
  );
  return processes.flat();
}

/** The main class decides: `...taskexecutor.TaskManagerRunner`, `...YarnTaskExecutorRunner`, `...StandaloneSessionClusterEntrypoint`. */
export function roleOf(command: readonly string[]): "taskmanager" | "jobmanager" | null {
  if (!/(^|\/)java$/.test(command[0] ?? "")) return null;
  const main = command.find((part) => /^org\.apache\.flink\.[\w.]+$/.test(part));
  if (main === undefined) return null;
  if (/(TaskManagerRunner|TaskExecutorRunner)$/.test(main)) return "taskmanager";
  return /Entry[Pp]oint$/.test(main) ? "jobmanager" : null;
}

/** Whether a process itself listens on a TCP port, as seen in its network namespace. "hidden": somebody does, but who may not be seen. */
export async function listens(proc: string, pid: number, port: number): Promise<boolean | "hidden"> {
  const folder = join(proc, String(pid));
  const tables = await Promise.all(["net/tcp", "net/tcp6"].map((table) => orElse(readFile(join(folder, table), "utf8"), "")));
  const sockets = tables.flatMap((table) => listeningSockets(table, port)).map((inode) => `socket:[${inode}]`);
  if (sockets.length === 0) return false;
  const descriptors = await orElse(readdir(join(folder, "fd")), null);
  if (descriptors === null) return "hidden";
  const targets = await Promise.all(descriptors.map((descriptor) => orElse(readlink(join(folder, "fd", descriptor)), "")));
  return targets.some((target) => sockets.includes(target));
}

/** Inodes of the sockets that listen on a port. Columns: `sl local_address rem_address st ... inode`; lines that are not so are skipped. */
export function listeningSockets(table: string, port: number): string[] {
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, local, , state] = columns;
    const inode = columns[9];
    if (state !== "0A" || local === undefined || inode === undefined) return [];
    return Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16) === port ? [inode] : [];
  });
}

/** Whether an IPv4 address is one of the addresses of a process' network namespace. */
export async function ownsAddress(proc: string, pid: number, address: string): Promise<boolean> {
  if (address.startsWith("127.")) return true;
  return localAddresses(await orElse(readFile(join(proc, String(pid), "net/fib_trie"), "utf8"), "")).has(address);
}

/** An address line `|-- 10.1.2.3` followed by `/32 host LOCAL`. */
export function localAddresses(trie: string): Set<string> {
  const addresses = new Set<string>();
  let last = "";
  for (const line of trie.split("\n")) {
    const address = /\|-- (\d+\.\d+\.\d+\.\d+)/.exec(line);
    if (address) last = address[1]!;
    else if (/\/32 host LOCAL/.test(line)) addresses.add(last);
  }
  return addresses;
}

/** Processes end while they are read, and others' may not be read. */
async function orElse<T, E>(reading: Promise<T>, otherwise: E): Promise<T | E> {
  try {
    return await reading;
  } catch {
    return otherwise;
  }
}
