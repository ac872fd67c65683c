import { isHeaptideError } from "@heaptide/base";
import type { CodeSite } from "@heaptide/model";
import { type ArchivedClass, openArchive } from "./archive.ts";
import { type ClassFile, readClassFile } from "./class-file.ts";

/** What a jar's own code makes and calls. `isCut`: there was more than is kept. */
export interface JarCode {
  readonly sites: readonly CodeSite[];
  readonly isCut: boolean;
}

/** Of fat jars nearly all is libraries; a hundred thousand classes take some seconds, so the look ends there. */
const MOST_CLASSES = 60_000;
const MOST_SITES = 20_000;

/**
 * Where the user's code in a job's jar makes objects and calls others: that of the packages whose classes Flink calls directly, those that extend or implement one of
 * Flink's. Two passes, for which package is the user's shows only at the end; the second reads little.
 * @throws MALFORMED_INPUT for what is no jar; a class that cannot be read is passed over
 */
export async function codeOfJar(path: string): Promise<JarCode> {
  const archive = await openArchive(path);
  try {
    return await codeOf(archive.classes);
  } finally {
    await archive.close();
  }
}

async function codeOf(classes: readonly ArchivedClass[]): Promise<JarCode> {
  const packages = await userPackages(classes);
  const sites: CodeSite[] = [];
  for (const { name, read } of classes) {
    if (!packages.some((one) => packageOf(name) === one || packageOf(name).startsWith(`${one}.`))) continue;
    for (const { method, line, makes, calls } of parsed(await read())?.places ?? []) {
      const owner = calls?.owner ?? makes ?? "";
      // Calls within the user's own code lead nowhere; what every line does tells nothing.
      if (EVERYDAY.test(owner) || (calls !== null && packages.includes(packageOf(owner)))) continue;
      if (sites.length >= MOST_SITES) return { sites, isCut: true };
      sites.push({ class: name, method, line, makes, owner: calls?.owner ?? null, call: calls?.method ?? null });
    }
  }
  return { sites, isCut: false };
}

const EVERYDAY =
  /^\[|^java\.lang\.(String|StringBuilder|StringBuffer|Object|Integer|Long|Short|Byte|Character|Boolean|Float|Double|Math|Number|Enum|Iterable|CharSequence)$|^java\.util\.(stream|function)\.|^java\.util\.(Iterator|Objects|Optional)$|^java\.(math|time|text)\./;

/** Of Flink, of the JDK, or well known to be shaded into fat jars. */
const OF_OTHERS = /^(org\.apache\.flink\.|java\.|javax\.|jdk\.|sun\.|scala\.|kotlin\.|module-info$)/;

async function userPackages(classes: readonly ArchivedClass[]): Promise<string[]> {
  const found = new Set<string>();
  let seen = 0;
  for (const { name, read } of classes) {
    if (OF_OTHERS.test(name) || found.has(packageOf(name))) continue;
    if (++seen > MOST_CLASSES) break;
    const bytes = await read();
    // Nearly all of a fat jar knows nothing of Flink: looking for the word is far cheaper than parsing.
    if (!bytes.includes("org/apache/flink/")) continue;
    const file = parsed(bytes);
    if ([file?.extends, ...(file?.implements ?? [])].some((parent) => parent?.startsWith("org.apache.flink."))) found.add(packageOf(name));
  }
  return [...found];
}

function parsed(bytes: Uint8Array): ClassFile | null {
  try {
    return readClassFile(bytes);
  } catch (error) {
    if (isHeaptideError(error)) return null;
    throw error;
  }
}

const packageOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));
