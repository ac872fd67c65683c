import { isHeaptideError } from "@heaptide/base";
import { readEnvironment } from "@heaptide/jvm";
import type { ChangeSeen, Incarnation, ProcessIdentity } from "@heaptide/model";

/** Of so many processes the last environment is remembered. */
const MOST = 1000;
const MOST_TOLD = 20;
/** They differ at each start and mean nothing. */
const MEANINGLESS =
  /^(?:HOSTNAME|PWD|OLDPWD|SHLVL|_|TERM|SSH_.*|XDG_.*|INVOCATION_ID|JOURNAL_STREAM|.*_SERVICE_(?:HOST|PORT.*)|.*_PORT(?:_\d+_TCP.*)?)$/;

interface Started {
  readonly environment: ReadonlyMap<string, string>;
  readonly options: readonly string[];
}

/** What a process was started with, life by life: a restart that brought another environment, image version or option is a change of its configuration. */
export class Environments {
  readonly #last = new Map<string, Started>();

  /** @returns the change, where this life differs from the one before; null for the first, for the same, and for what cannot be read */
  async differenceOf(process: ProcessIdentity, { pid, key, command, startedAt }: Incarnation): Promise<ChangeSeen | null> {
    if (pid === null) return null;
    const environment = await orNull(readEnvironment(pid));
    if (environment === null) return null;
    const before = this.#last.get(process.key);
    const now: Started = { environment, options: optionsIn(command) };
    if (before !== undefined || this.#last.size < MOST) this.#last.set(process.key, now);
    const attributes = before === undefined ? {} : difference(before, now);
    const names = Object.keys(attributes);
    if (names.length === 0) return null;
    const title = `${process.name} started with another configuration: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`;
    return {
      type: "change",
      at: startedAt,
      id: `${key}:configuration`,
      kind: "configuration",
      job: null,
      process: process.key,
      title,
      attributes,
    };
  }
}

function difference(before: Started, now: Started): Record<string, string> {
  const names = [...new Set([...before.environment.keys(), ...now.environment.keys()])].filter((name) => !MEANINGLESS.test(name));
  const variables = names.flatMap((name): [string, string][] => {
    const [old, fresh] = [before.environment.get(name), now.environment.get(name)];
    return old === fresh ? [] : [[name, `${old ?? "(not set)"} → ${fresh ?? "(not set)"}`]];
  });
  const added = now.options
    .filter((option) => !before.options.includes(option))
    .map((option): [string, string] => [`option ${option.slice(0, 80)}`, "added"]);
  const removed = before.options
    .filter((option) => !now.options.includes(option))
    .map((option): [string, string] => [`option ${option.slice(0, 80)}`, "removed"]);
  return Object.fromEntries([...variables, ...added, ...removed].slice(0, MOST_TOLD));
}

/** Options of the JVM; those that name a port, a file of a log or an id of this start differ each time. */
const optionsIn = (command: string): string[] =>
  command.split(/\s+/).filter((word) => /^-X|^-D/.test(word) && !/resource-id|port|log|tmp|address|pass|secret|token|key/i.test(word));

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isHeaptideError(error)) return null;
    throw error;
  }
}
