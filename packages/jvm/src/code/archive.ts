import { buffer } from "node:stream/consumers";
import { HeaptideError } from "@heaptide/base";
import { openPromise } from "yauzl";

/** A class file in an archive, not yet unpacked. */
export interface ArchivedClass {
  /** `a.b.C`. */
  readonly name: string;
  readonly read: () => Promise<Buffer>;
}

/** Generated classes have some hundred kilobytes; what is longer is not written by people. */
const LONGEST_CLASS = 4 * 1024 * 1024;

/**
 * The class files of a jar, one after the other; versions for other Java releases are left out. Reads only the directory of the archive and what is asked for.
 * @throws MALFORMED_INPUT for what is no jar
 */
export async function* classesOf(path: string): AsyncGenerator<ArchivedClass> {
  const archive = await openPromise(path, { lazyEntries: true }).catch((cause: unknown) => {
    throw new HeaptideError(
      "MALFORMED_INPUT",
      { what: path, offset: 0, problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  });
  try {
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith(".class") || entry.fileName.startsWith("META-INF/")) continue;
      if (entry.uncompressedSize > LONGEST_CLASS) continue;
      const name = entry.fileName.slice(0, -".class".length).replaceAll("/", ".");
      yield { name, read: async () => buffer(await archive.openReadStreamPromise(entry)) };
    }
  } finally {
    archive.close();
  }
}
