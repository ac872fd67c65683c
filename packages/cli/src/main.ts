import { readEnvironment } from "./environment.ts";
import { run } from "./run.ts";
import { progressOn, terminalOf } from "./terminal.ts";
import { version } from "./version.ts";

/** The process around `run`: signals in, text out, exit code. Nothing else in this package ends the process. */
const stopping = new AbortController();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The first one asks to clean up; whoever sends a second one does not want to wait for that.
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(signal);
  });
}

// `heaptide ps | head -1` closes the pipe early: that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

const environment = readEnvironment();
const { exitCode, output, complaint } = await run(
  process.argv.slice(2),
  {
    environment,
    terminal: terminalOf(process.stdout, environment.variables),
    progress: progressOn(process.stderr),
    signal: stopping.signal,
  },
  version(),
);
if (complaint) await print(process.stderr, complaint);
if (output) await print(process.stdout, output);
process.exit(exitCode);

/** Waits until the text has left: a pipe takes it in pieces, and `process.exit` would drop the rest. */
function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(`${text}\n`, () => resolve()));
}
