import { isHeaptideError } from "@heaptide/base";
import { codeOfJar } from "@heaptide/jvm";
import type { CodeSite } from "@heaptide/model";

/** A site is some 150 bytes: 15 MB at most. */
const MOST_SITES = 100_000;

/**
 * What jars hold, by their content: JobManager and TaskManagers run the same jar, and so does the next deployment of it. To read one costs about a second of a core, so it is read
 * once for all who ask, and the one asked for longest ago goes first.
 */
export class JarCode {
  readonly #read = new Map<string, Promise<readonly CodeSite[] | null>>();
  readonly #sizes = new Map<string, number>();
  readonly #sitesOf: (path: string) => Promise<readonly CodeSite[] | null>;

  constructor(sitesOf = sitesIn) {
    this.#sitesOf = sitesOf;
  }

  /**
   * @param content names what is in the file
   * @returns null for a jar that was closed meanwhile, or is none: whoever asks again has it read again
   */
  async of(content: string, path: string): Promise<readonly CodeSite[] | null> {
    const reading = this.#read.get(content) ?? this.#sitesOf(path);
    this.#read.delete(content);
    this.#read.set(content, reading);
    const sites = await reading.catch((error: unknown) => {
      this.#forget(content);
      throw error;
    });
    if (sites === null) this.#forget(content);
    else this.#sizes.set(content, sites.length);
    this.#forgetOldest(content);
    return sites;
  }

  #forgetOldest(latest: string): void {
    const total = () => [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const content of this.#read.keys()) {
      if (total() <= MOST_SITES) return;
      if (content !== latest) this.#forget(content);
    }
  }

  #forget(content: string): void {
    this.#read.delete(content);
    this.#sizes.delete(content);
  }
}

async function sitesIn(path: string): Promise<readonly CodeSite[] | null> {
  try {
    return (await codeOfJar(path)).sites;
  } catch (error) {
    if (isHeaptideError(error, "MALFORMED_INPUT")) return null;
    throw error;
  }
}
