import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { type Diagnosis, type HistoryOutline, Incident } from "@heaptide/model";
import type { RecordChange, Store } from "@heaptide/store";
import { joinedIncidents } from "./join.ts";
import { acknowledged } from "./life-cycle.ts";
import { type Situation, situationOf } from "./situation.ts";

export interface IncidentKeeperOptions {
  readonly store: Pick<Store, "records" | "keepRecords">;
  readonly now: () => number;
  readonly watchingSince: number;
}

/** All incidents there are, in memory and on the disk; few, since each is a story. */
export class IncidentKeeper {
  readonly #options: IncidentKeeperOptions;
  readonly #incidents: Map<string, Incident>;
  /** Changed in memory, not on the disk yet: the disk was full. */
  readonly #unsaved = new Set<string>();

  private constructor(options: IncidentKeeperOptions, incidents: readonly Incident[]) {
    this.#options = options;
    this.#incidents = new Map(incidents.map((incident) => [incident.id, incident]));
  }

  /** With what was kept before; incidents of a form that this version does not know any more are left out. */
  static async load(options: IncidentKeeperOptions): Promise<IncidentKeeper> {
    const records = await options.store.records("incident");
    const incidents = records.flatMap(({ content }) => {
      const parsed = Incident.safeParse(content);
      return parsed.success ? [parsed.data] : [];
    });
    return new IncidentKeeper(options, incidents);
  }

  /** The latest first. */
  get all(): readonly Incident[] {
    return [...this.#incidents.values()].toSorted((a, b) => Date.parse(b.lastSeen) - Date.parse(a.lastSeen));
  }

  /** @throws NOT_FOUND */
  get(id: string): Incident {
    const incident = this.#incidents.get(id);
    if (incident === undefined) throw new HeaptideError("NOT_FOUND", { what: `incident ${JSON.stringify(id)}` });
    return incident;
  }

  /** Joins what is known now into the stories. @returns the situation, for the alarms */
  async update(history: HistoryOutline, diagnosis: Diagnosis): Promise<Situation> {
    const { now, watchingSince } = this.#options;
    const situation = situationOf(history, diagnosis, { at: now(), watchingSince });
    await this.#keep(joinedIncidents([...this.#incidents.values()], situation)).catch((error: unknown) => {
      // A full disk is told by the store's state; the next look tries again.
      if (!isHeaptideError(error)) throw error;
    });
    return situation;
  }

  /** A person takes it on. Twice is once. @throws NOT_FOUND, DISK_FULL */
  async acknowledge(id: string, by: string, note: string): Promise<Incident> {
    const incident = acknowledged(this.get(id), by, note, this.#options.now());
    await this.#keep([incident]);
    return incident;
  }

  async #keep(changed: readonly Incident[]): Promise<void> {
    for (const incident of changed) {
      this.#incidents.set(incident.id, incident);
      this.#unsaved.add(incident.id);
    }
    const saving = [...this.#unsaved].map((id) => this.#incidents.get(id)!);
    const records = saving.map((incident): RecordChange => ({
      kind: "incident",
      id: incident.id,
      seen: Date.parse(incident.lastSeen),
      content: incident,
    }));
    await this.#options.store.keepRecords(records);
    for (const incident of saving) if (this.#incidents.get(incident.id) === incident) this.#unsaved.delete(incident.id);
  }
}
