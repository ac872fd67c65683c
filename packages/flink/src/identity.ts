import type { ProcessIdentity } from "@heaptide/model";

export interface NamedTaskManager {
  readonly flinkId: string;
  readonly host: string;
  /** Known to be dead though Flink still lists it: its name is free for its successor. */
  readonly gone?: boolean;
}

/**
 * Names of TaskManagers that outlive a restart.
 *
 * Flink gives a TaskManager a new id with each start (`<host>:<port>-<six hexadecimal digits>`), unless one is configured
 * (`taskmanager.resource-id`, also Kubernetes and YARN). So:
 * - a configured id is the name: `taskmanager:<id>`;
 * - else the host is, with an ordinal from the second one on: `taskmanager@<host>`, `taskmanager@<host>#2`. A new id takes the lowest name of its
 *   host that no living TaskManager bears: the successor of #2 is #2 again. Several that come at once are named in the order of their ids; of
 *   several that were restarted at once nobody can tell which is whose successor.
 *
 * `known` are the names given before, by Flink id, so that they outlive a restart of Heaptide as well.
 */
export class TaskManagerNames {
  readonly #names: Map<string, string>;

  constructor(known: Iterable<readonly [flinkId: string, key: string]> = []) {
    this.#names = new Map(known);
  }

  /** Names all TaskManagers that Flink lists now. */
  name(taskManagers: readonly NamedTaskManager[]): Map<string, ProcessIdentity> {
    const alive = taskManagers.filter(({ gone }) => !gone);
    const taken = new Set(alive.map(({ flinkId }) => this.#names.get(flinkId)));
    for (const { flinkId, host } of alive.toSorted((one, other) => (one.flinkId < other.flinkId ? -1 : 1))) {
      if (this.#names.has(flinkId)) continue;
      const key = isGenerated(flinkId) ? freeName(host, taken) : `taskmanager:${flinkId}`;
      this.#names.set(flinkId, key);
      taken.add(key);
    }
    return new Map(
      taskManagers.flatMap(({ flinkId }) => {
        const key = this.#names.get(flinkId);
        return key === undefined ? [] : [[flinkId, taskManagerIdentity(key)] as const];
      }),
    );
  }
}

/** A session has one JobManager at a time; its successor on another host is another process. */
export function jobManagerIdentity(host: string): ProcessIdentity {
  return { key: `jobmanager@${plainHost(host)}`, name: `JobManager ${plainHost(host)}`, role: "jobmanager" };
}

const taskManagerIdentity = (key: string): ProcessIdentity => ({
  key,
  name: key.replace(/^taskmanager[@:]/, "TaskManager "),
  role: "taskmanager",
});

/** Source: TaskManagerRunner.getTaskManagerResourceID: address, colon, port, dash, six hexadecimal digits. */
const isGenerated = (flinkId: string) => /^.+:\d+-[0-9a-f]{6}$/.test(flinkId);

function freeName(host: string, taken: ReadonlySet<string | undefined>): string {
  const first = `taskmanager@${plainHost(host)}`;
  let name = first;
  for (let ordinal = 2; taken.has(name); ordinal++) name = `${first}#${ordinal}`;
  return name;
}

/** The loopback address is this host, by whichever name. */
const plainHost = (host: string) => (/^(127\.|::1$|localhost$)/.test(host) ? "localhost" : host);
