// What the set-up says and how it runs programs. Everything goes to stderr.
import { spawn } from "node:child_process";

/** Something that a person has to bring; `next` is what to type. */
export class Missing extends Error {
  constructor(message, next) {
    super(message);
    this.next = next;
  }
}

/** Does a piece of work and says what it is and how long it took. */
export async function step(title, work) {
  const started = Date.now();
  const live = process.stderr.isTTY;
  const line = () => `  ${title} ... ${Math.round((Date.now() - started) / 1000)} s`;
  process.stderr.write(live ? line() : `  ${title} ...\n`);
  const timer = live ? setInterval(() => process.stderr.write(`\r\x1b[K${line()}`), 1000) : undefined;
  try {
    await work();
    process.stderr.write(`${live ? "\r\x1b[K" : ""}  ${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    process.stderr.write(live ? "\n" : "");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** The reason of a failure stands at the beginning (npm) or at the end (Maven) of what a program says. */
const FIRST_LINES = 15;
const LAST_LINES = 25;

/**
 * Runs a program quietly; where it fails, its first and its last lines come with the error.
 * It stays in this process group, so that Ctrl-C in a terminal ends it too; a SIGTERM to this process is handed on.
 */
export function runQuietly(command, words, { cwd, env = process.env, next }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });
    const lines = [];
    const keep = (chunk) => {
      lines.push(
        ...String(chunk)
          .split("\n")
          .filter((line) => line.trim() !== ""),
      );
      if (lines.length > FIRST_LINES + LAST_LINES) lines.splice(FIRST_LINES, lines.length - FIRST_LINES - LAST_LINES);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const stop = () => child.kill("SIGTERM");
    process.once("SIGTERM", stop);
    const failed = (why) =>
      reject(new Missing(`${[command, ...words].join(" ")} ${why}\n${lines.map((l) => `    ${l}`).join("\n")}`, next));
    child.on("error", (error) => failed(`could not be started: ${error.message}`));
    child.on("close", (code, signal) => {
      process.off("SIGTERM", stop);
      if (code === 0) resolve();
      else failed(code === null ? `was ended by ${signal}.` : `failed with exit code ${code}.`);
    });
  });
}
