import { contentOf, openJobJars } from "@heaptide/jvm";
import type { CodeSite, Observation } from "@heaptide/model";
import type { Clock } from "../clock.ts";
import type { JarCode } from "../jar-code.ts";
import type { Probe } from "../probe.ts";

const INTERVAL = 15_000;
/** A session cluster may see a new jar every few minutes. */
const MOST_JARS = 32;

/** The byte code of jobs, told once for each jar that the process has open: costs the process nothing. */
export class CodeProbe implements Probe {
  readonly name = "code";
  readonly incarnation: string;
  readonly #pid: number;
  readonly #clock: Clock;
  readonly #code: JarCode;
  /** Keys of open jars whose content is known, and the contents that were told. */
  #known = new Set<string>();
  readonly #told = new Set<string>();

  constructor({ pid, incarnation }: { pid: number; incarnation: string }, clock: Clock, code: JarCode) {
    this.incarnation = incarnation;
    this.#pid = pid;
    this.#clock = clock;
    this.#code = code;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    const open = await openJobJars(this.#pid);
    this.#known = new Set(open.map(({ key }) => key).filter((key) => this.#known.has(key)));
    const seen: Observation[] = [];
    for (const jar of open) {
      if (this.#known.has(jar.key) || this.#told.size >= MOST_JARS) continue;
      const content = await contentOf(jar);
      const sites = content === null ? null : await this.#code.of(content, jar.path);
      if (content === null || sites === null) continue;
      this.#known.add(jar.key);
      if (!this.#told.has(content)) seen.push(this.#tell(content, sites));
    }
    return seen;
  }

  #tell(content: string, sites: readonly CodeSite[]): Observation {
    this.#told.add(content);
    return { type: "code", at: this.#clock.now(), incarnation: this.incarnation, jar: content, sites: [...sites] };
  }
}
