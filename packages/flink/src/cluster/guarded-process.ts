import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";

/**
 * Starts the program as the shell's own process and leaves a guard beside it that waits on descriptor 3, a pipe whose other end only the
 * parent holds. The kernel closes that end when the parent dies, of whatever it dies, `kill -9` included; the guard then reads the end
 * of the file, kills the program and removes the folder that nobody is left to remove. A line means that the program has ended by
 * itself: its pid may belong to another process by now.
 *
 * `$$` is the shell's pid also within `( )`, and `exec` keeps it, so the pid that Node knows is the program's. POSIX sh, no other tool:
 * the kernel's own way, PR_SET_PDEATHSIG, cannot be called from Node, watches a thread instead of the process, and is Linux only.
 */
const GUARDED = `leftover=$1; shift
(read -r ended <&3 || { kill -9 $$; [ -z "$leftover" ] || rm -rf -- "$leftover"; }) &
exec "$@" 3<&-`;

export interface GuardedOptions {
  /** Where it runs. */
  readonly directory: string;
  /** File that its standard output and error are appended to. */
  readonly output: string;
  /** Removed with everything in it if this process dies without having ended the program. */
  readonly leftover?: string;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Settles when the process has ended: "exit code 1", "SIGKILL". Never rejects. */
  readonly ended: Promise<string>;
  /** How it ended; null while it runs. */
  readonly end: string | null;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Runs a program that cannot outlive this process. It gets its own session: Ctrl-C in a terminal reaches only this process, which then
 * can end it in order.
 *
 * @throws the error of `spawn` where the shell cannot be started. A missing program ends with "exit code 127".
 */
export async function startGuarded(program: string, args: readonly string[], options: GuardedOptions): Promise<GuardedProcess> {
  const output = openSync(options.output, "a");
  let child: ChildProcess;
  try {
    child = spawn("sh", ["-c", GUARDED, "sh", options.leftover ?? "", program, ...args], {
      cwd: options.directory,
      detached: true,
      stdio: ["ignore", output, output, "pipe"],
    });
  } finally {
    closeSync(output);
  }
  const guard = child.stdio[3] as Socket;
  // The guard may be gone before it is told so.
  guard.on("error", () => {});

  let end: string | null = null;
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      end = signal ?? `exit code ${code}`;
      guard.end("ended\n");
      resolve(end);
    });
  });
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  return {
    pid: child.pid!,
    ended,
    get end() {
      return end;
    },
    kill(signal) {
      if (end === null) child.kill(signal);
    },
  };
}
