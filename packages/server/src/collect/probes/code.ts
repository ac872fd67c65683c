import { isHeaptideError } from "@heaptide/base";
import { codeOfJar, openJobJars } from "@heaptide/jvm";
import type { Observation } from "@heaptide/model";
import type { Clock } from "../clock.ts";
import type { Probe } from "../probe.ts";

const INTERVAL = 15_000;
/** A session cluster may see a new jar every few minutes. */
const MOST_JARS = 32;

/** The byte code of jobs, read once for each jar from the file that the process has open: costs the process nothing. */
export class CodeProbe implements Probe {
  readonly name = "code";
  readonly incarnation: string;
  readonly #pid: number;
  readonly #clock: Clock;
  readonly #seen = new Set<string>();

  constructor({ pid, incarnation }: { pid: number; incarnation: string }, clock: Clock) {
    this.incarnation = incarnation;
    this.#pid = pid;
    this.#clock = clock;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    const seen: Observation[] = [];
    for (const { key, path } of await openJobJars(this.#pid)) {
      if (this.#seen.has(key) || this.#seen.size >= MOST_JARS) continue;
      const sites = await sitesOf(path);
      if (sites === null) continue;
      this.#seen.add(key);
      seen.push({ type: "code", at: this.#clock.now(), incarnation: this.incarnation, jar: key, sites: [...sites] });
    }
    return seen;
  }
}

/** null for a jar that was closed meanwhile, or is none: the next look asks again. */
async function sitesOf(path: string) {
  try {
    return (await codeOfJar(path)).sites;
  } catch (error) {
    if (isHeaptideError(error, "MALFORMED_INPUT")) return null;
    throw error;
  }
}
