import { HeaptideError, isHeaptideError } from "@heaptide/base";
import {
  type FlinkClient,
  jobManagerIdentity,
  type Located,
  locateJobManager,
  locateTaskManagers,
  TaskManagerNames,
} from "@heaptide/flink";
import type { Incarnation, Limit, Observation, ProcessIdentity } from "@heaptide/model";
import { isAlive, localLife, remoteLife } from "../lives.ts";
import type { Probe } from "../probe.ts";
import type { Watched } from "../watch.ts";
import type { Watches } from "../watches.ts";

const INTERVAL = 2000;
/** A JVM that runs elsewhere may turn out to be here after all, when sockets may be read that could not be before; seldom. */
const LOOK_AGAIN_AFTER = 60_000;

/**
 * Finds the JVMs of a Flink cluster, begins a watch for each life of one, and ends it when that life is over. A cluster whose REST API is down is no
 * reason to end anything: local processes are watched on.
 */
export class FlinkDiscovery implements Probe {
  readonly name = "discovery";
  readonly incarnation = null;
  readonly #client: FlinkClient;
  readonly #watches: Watches;
  readonly #names: TaskManagerNames;
  /** Lives of this cluster that are being watched, by Flink's id. */
  readonly #watched = new Map<string, Watched>();
  /** Flink lists a dead TaskManager until its heartbeat times out, for the better part of a minute. */
  readonly #gone = new Set<string>();
  /** Where they were found, so that nobody is looked for at every look. */
  readonly #located = new Map<string, { readonly where: Located; readonly at: number }>();

  readonly #isAlone: boolean;
  #isFirst = false;

  /**
   * @param known names given before, by Flink id
   * @param options `isAlone`: nobody else looks at this cluster, so that processes on other hosts are watched by REST
   */
  constructor(
    client: FlinkClient,
    watches: Watches,
    known: Iterable<readonly [flinkId: string, key: string]>,
    { isAlone = true }: { readonly isAlone?: boolean } = {},
  ) {
    this.#isAlone = isAlone;
    this.#client = client;
    this.#watches = watches;
    this.#names = new TaskManagerNames(known);
  }

  interval(): number {
    return INTERVAL;
  }

  /** Does the first TaskManager of the cluster run here? Each host's Heaptide comes to the same answer, without asking the others. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  incarnationOf(flinkId: string): string | null {
    return this.#watched.get(flinkId)?.incarnation.key ?? null;
  }

  async look(): Promise<readonly Observation[]> {
    await this.#loseTheDead();
    const taskManagers = await locateTaskManagers(this.#client, { known: (flinkId) => this.#known(flinkId) });
    this.#remember(taskManagers);
    this.#isFirst = taskManagers.toSorted((a, b) => (a.flinkId < b.flinkId ? -1 : 1))[0]?.pid != null;
    const listed = new Set(taskManagers.map(({ flinkId }) => flinkId));
    for (const flinkId of this.#gone) if (!listed.has(flinkId)) this.#gone.delete(flinkId);
    const names = this.#names.name(taskManagers.map(({ flinkId, host }) => ({ flinkId, host, gone: this.#gone.has(flinkId) })));
    for (const located of taskManagers) {
      const process = names.get(located.flinkId);
      if (process !== undefined && !this.#gone.has(located.flinkId)) await this.#watch(located, process);
    }
    await this.#loseTheUnlisted(listed);
    const jobManager = await locateJobManager(this.#client, { known: (flinkId) => this.#known(flinkId) });
    this.#remember([jobManager]);
    await this.#watch(jobManager, jobManagerIdentity(jobManager.host));
    return [];
  }

  /** A local one holds while that very process lives, which is asked first in each look. */
  #known(flinkId: string): Located | undefined {
    const found = this.#located.get(flinkId);
    if (found === undefined) return undefined;
    const holds = found.where.pid === null ? this.#watches.clock.now() - found.at < LOOK_AGAIN_AFTER : this.#watched.has(flinkId);
    return holds ? found.where : undefined;
  }

  #remember(located: readonly Located[]): void {
    const at = this.#watches.clock.now();
    for (const where of located) if (this.#located.get(where.flinkId)?.where !== where) this.#located.set(where.flinkId, { where, at });
  }

  async #watch(located: Located, process: ProcessIdentity): Promise<void> {
    const present = this.#watched.get(located.flinkId);
    if (located.pid === null && !this.#isAlone) return;
    if (present && (located.pid === null || present.incarnation.pid === located.pid)) return;
    if (present) await this.#lose(located.flinkId, present);
    const incarnation = await this.#lifeOf(located, process.key);
    if (incarnation === null) return;
    const role =
      process.role === "jobmanager" ? ({ role: "jobmanager" } as const) : ({ role: "taskmanager", id: located.flinkId } as const);
    const watched: Watched = {
      process,
      incarnation,
      flink: { client: this.#client, process: role },
      notLocal: located.pid === null ? located.why : null,
    };
    this.#watched.set(located.flinkId, watched);
    this.#watches.begin(watched);
  }

  /** @returns null for a process that ended since it was located */
  async #lifeOf({ flinkId, pid }: Located, process: string): Promise<Incarnation | null> {
    if (pid === null) return remoteLife(flinkId, process, this.#watches.clock.now(), await this.#limitsOf(flinkId));
    try {
      return await localLife(pid, process, process.startsWith("jobmanager") ? null : flinkId);
    } catch (error) {
      if (isHeaptideError(error, "NO_SUCH_PROCESS")) return null;
      throw error;
    }
  }

  /** What REST tells of a process on another host; -1 is Flink's word for "no limit". */
  async #limitsOf(flinkId: string): Promise<Incarnation["limits"]> {
    const process = flinkId === "jobmanager" ? ({ role: "jobmanager" } as const) : ({ role: "taskmanager", id: flinkId } as const);
    const metrics = await this.#client.metrics(process, [HEAP_MAX, METASPACE_MAX]);
    const limit = (value: number | undefined, source: string): Limit | undefined =>
      value !== undefined && value > 0 ? { value, unit: "B", source } : undefined;
    const heap = limit(metrics.get(HEAP_MAX), "-Xmx, by Flink's metrics");
    const metaspace = limit(metrics.get(METASPACE_MAX), "-XX:MaxMetaspaceSize, by Flink's metrics");
    return { ...(heap && { heap }), ...(metaspace && { metaspace }) };
  }

  async #loseTheDead(): Promise<void> {
    for (const [flinkId, watched] of this.#watched) {
      if (await isAlive(watched.incarnation)) continue;
      this.#gone.add(flinkId);
      await this.#lose(flinkId, watched);
    }
  }

  /** A process on another host is known by being listed, a local one by its pid. */
  async #loseTheUnlisted(listed: ReadonlySet<string>): Promise<void> {
    for (const [flinkId, watched] of this.#watched) {
      const isRemoteTaskManager = watched.incarnation.pid === null && watched.process.role === "taskmanager";
      if (isRemoteTaskManager && !listed.has(flinkId)) await this.#lose(flinkId, watched);
    }
  }

  async #lose(flinkId: string, watched: Watched): Promise<void> {
    this.#located.delete(flinkId);
    this.#watched.delete(flinkId);
    await this.#watches.lose(watched);
  }
}

const HEAP_MAX = "Status.JVM.Memory.Heap.Max";
const METASPACE_MAX = "Status.JVM.Memory.Metaspace.Max";

/** One JVM named by its pid. It has no successor: when it is gone there is nothing left to look at. */
export class PidDiscovery implements Probe {
  readonly name = "discovery";
  readonly incarnation = null;
  readonly #pid: number;
  readonly #watches: Watches;
  #watched: Watched | null = null;
  #gone = false;

  constructor(pid: number, watches: Watches) {
    this.#pid = pid;
    this.#watches = watches;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    if (this.#gone) throw new HeaptideError("NO_SUCH_PROCESS", { pid: this.#pid });
    if (this.#watched === null) await this.#begin();
    else if (!(await isAlive(this.#watched.incarnation))) {
      this.#gone = true;
      await this.#watches.lose(this.#watched);
    }
    return [];
  }

  async #begin(): Promise<void> {
    const incarnation = await localLife(this.#pid, processKey(this.#pid), null);
    const name = nameOf(incarnation.command);
    const process: ProcessIdentity = { key: incarnation.process, name: `${name} (${this.#pid})`, role: "jvm" };
    this.#watched = { process, incarnation, flink: null, notLocal: null };
    this.#watches.begin(this.#watched);
  }
}

const processKey = (pid: number): string => `pid:${pid}`;

/** The main class or jar in a command line, without its package or folder. */
function nameOf(command: string): string {
  const jar = / -jar (\S+)/.exec(command)?.[1];
  const words = command.split(" ").slice(1);
  const main = words.find(
    (word, i) => !word.startsWith("-") && !["-cp", "-classpath", "--class-path", "-p", "--module-path"].includes(words[i - 1] ?? ""),
  );
  return (jar ?? main ?? "java").replace(/^.*[/.](?=[^/.]+$)/, "");
}
