import type { Context } from "./command.ts";
import { readEnvironment } from "./environment.ts";
import { terminalOf } from "./terminal.ts";

/** A command's surroundings where nobody looks: no terminal, no progress, no variables but those given. */
export const quietContext = ({
  variables = {},
  signal = new AbortController().signal,
}: { variables?: Record<string, string>; signal?: AbortSignal } = {}): Omit<Context, "json"> => ({
  environment: readEnvironment(variables),
  terminal: terminalOf({ write: () => true }, {}),
  progress: { update() {}, line() {}, clear() {} },
  signal,
});
