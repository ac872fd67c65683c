import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Culprit } from "./scenario.ts";

const SOURCES = new URL("../jobs/src/main/java/", import.meta.url);

/** The numbers of the lines that are right as the culprit, from the source of the job as it is. Never empty. */
export async function culpritLines({ file, marker }: Culprit): Promise<number[]> {
  const source = await readFile(fileURLToPath(new URL(file, SOURCES)), "utf8");
  const lines = source.split("\n").flatMap((line, index) => (line.endsWith(`// ${marker}`) ? [index + 1] : []));
  if (lines.length === 0) throw new Error(`${file} has no line that ends in // ${marker}`);
  return lines;
}
