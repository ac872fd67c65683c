import type { LogOrigin } from "@heaptide/logs";
import type { Incarnation, ProcessIdentity } from "@heaptide/model";
import type { Store } from "@heaptide/store";

type Known = { readonly process: ProcessIdentity; readonly incarnation: Incarnation };

/** How long what is known of processes is believed. */
const FRESH = 5_000;

/**
 * Finds the process that a shipped line came from: by its id, by the log file that its command line names, or as the only one of its role on its host. A line whose process
 * is not watched keeps the name of its source instead of an incarnation: it is counted, and it is no evidence about anybody.
 */
export class OriginIndex {
  readonly #store: Pick<Store, "processes">;
  readonly #now: () => number;
  #known: readonly Known[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  readonly #answers = new Map<string, string>();

  constructor(store: Pick<Store, "processes">, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Call before a batch; reads the processes anew when what is known is old. */
  async refresh(): Promise<void> {
    if (this.#now() - this.#readAt < FRESH) return;
    this.#readAt = this.#now();
    const processes = await this.#store.processes();
    this.#known = processes.flatMap(({ process, incarnations }) => {
      const last = incarnations.at(-1);
      return last === undefined || last.endedAt !== null ? [] : [{ process, incarnation: last }];
    });
    this.#answers.clear();
  }

  keyOf(origin: LogOrigin): string {
    const asked = JSON.stringify(origin);
    const answered = this.#answers.get(asked);
    if (answered !== undefined) return answered;
    const found = this.#byPid(origin) ?? this.#byFile(origin) ?? this.#byHost(origin);
    const key = found?.incarnation.key ?? nameOf(origin);
    if (this.#answers.size < 10_000) this.#answers.set(asked, key);
    return key;
  }

  #byPid({ pid, host }: LogOrigin): Known | undefined {
    if (pid === null) return undefined;
    const same = this.#known.filter(({ incarnation }) => incarnation.pid === pid);
    return same.find(({ process }) => host !== null && process.key.includes(host)) ?? (same.length === 1 ? same[0] : undefined);
  }

  #byFile({ file }: LogOrigin): Known | undefined {
    if (file === null) return undefined;
    const name = file.slice(file.lastIndexOf("/") + 1);
    const same = this.#known.filter(({ incarnation }) => /(?:^|\s)-Dlog\.file=(\S+)/.exec(incarnation.command)?.[1]?.endsWith(`/${name}`));
    return same.length === 1 ? same[0] : undefined;
  }

  #byHost({ host, container, file }: LogOrigin): Known | undefined {
    const names = [host, container].filter((name) => name !== null);
    const here = this.#known.filter(({ process, incarnation }) =>
      names.some((name) => process.key.endsWith(`@${name}`) || (incarnation.flinkId?.startsWith(`${name}:`) ?? false)),
    );
    const role =
      file === null
        ? null
        : /jobmanager|standalonesession/.test(file)
          ? "jobmanager"
          : /taskmanager|taskexecutor/.test(file)
            ? "taskmanager"
            : null;
    const fitting = role === null ? here : here.filter(({ process }) => process.role === role);
    return fitting.length === 1 ? fitting[0] : undefined;
  }
}

/** `log:host/service`, for people. */
function nameOf({ host, container, service, file }: LogOrigin): string {
  const parts = [host, container, service ?? file].filter((part) => part !== null);
  return `log:${parts.length === 0 ? "unknown" : parts.join("/")}`;
}
