import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command as users start it. */
export const HEAPTIDE: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL("../../packages/cli/bin/heaptide.mjs", import.meta.url)),
];

/** Milliseconds from start to end of a process, its output thrown away. @throws where it fails: a failure is no measurement. */
export function timeOf([program = "", ...words]: readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, words, { stdio: "ignore", signal });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(performance.now() - start) : reject(new Error(`${program} ${words.join(" ")} ended with ${code}`)),
    );
  });
}

export function milliseconds(time: number): string {
  return `${time.toFixed(0)} ms`;
}
