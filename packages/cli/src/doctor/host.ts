import { constants } from "node:fs";
import { access, readFile, statfs } from "node:fs/promises";
import path from "node:path";
import { formatBytes } from "@heaptide/base";
import { type Check, fail, ok, warn } from "./check.ts";

/** Below this an hour of observations of a busy cluster may not fit. */
const LITTLE_SPACE = 256 * 1024 * 1024;

/** What the system lets us see, and where we may write. */
export async function checkHost(platform: NodeJS.Platform, dataFolder: string): Promise<Check[]> {
  if (platform !== "linux") {
    return [
      warn(
        "System",
        `${platform}: local processes cannot be watched, for there is no /proc; clusters by REST can`,
        "heaptide diagnose --flink http://<host>:8081",
      ),
      await checkDataFolder(dataFolder),
    ];
  }
  return [
    ok("System", `linux, ${process.arch}`),
    await checkHiddenProcesses(),
    await checkTracing(),
    await checkEvents(),
    await checkDataFolder(dataFolder),
  ];
}

/** /proc mounted with hidepid shows each user only the processes of his own. */
async function checkHiddenProcesses(): Promise<Check> {
  const mounts = (await readText("/proc/self/mounts")) ?? "";
  const options =
    mounts
      .split("\n")
      .find((line) => line.split(" ")[1] === "/proc")
      ?.split(" ")[3] ?? "";
  const hidden = options.split(",").find((option) => /^hidepid=(?!0|off)/.test(option));
  if (!hidden || process.getuid?.() === 0) return ok("Processes", "those of all users can be seen");
  return warn(
    "Processes",
    `/proc is mounted with ${hidden}: only processes of this user can be seen`,
    "run heaptide as root, or as the user that runs the JVMs",
  );
}

/** HotSpot's attach is a signal and a socket; only the files of another container are reached as a tracer would. */
async function checkTracing(): Promise<Check> {
  const scope = (await readText("/proc/sys/kernel/yama/ptrace_scope"))?.trim();
  if (scope === undefined) return ok("Tracing", "not restricted by Yama");
  return ok("Tracing", `ptrace_scope is ${scope}; Heaptide traces no process, so any value will do`);
}

async function checkEvents(): Promise<Check> {
  const level = (await readText("/proc/sys/kernel/perf_event_paranoid"))?.trim();
  if (level === undefined) return ok("Perf events", "none on this kernel; Heaptide does not need them");
  return ok("Perf events", `perf_event_paranoid is ${level}; Heaptide does not need them, profilers such as Flink's want 1 or less`);
}

async function checkDataFolder(folder: string): Promise<Check> {
  const existing = await nearestExisting(folder);
  try {
    await access(existing, constants.W_OK);
  } catch {
    return fail(
      "Data folder",
      `${folder} cannot be written: ${existing} belongs to somebody else`,
      "name another one: heaptide serve --data <folder>",
    );
  }
  const { bavail, bsize } = await statfs(existing);
  const free = `${folder}, ${formatBytes(bavail * bsize)} free`;
  return bavail * bsize < LITTLE_SPACE ? warn("Data folder", free, `df -h ${existing}`) : ok("Data folder", free);
}

async function nearestExisting(folder: string): Promise<string> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    try {
      await access(at);
      return at;
    } catch {
      if (at === path.dirname(at)) return at;
    }
  }
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
