import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { SourceLine } from "./scenario.ts";

const SOURCES = new URL("../jobs/src/main/java/", import.meta.url);

/** The numbers of the lines that are right as the culprit, from the source of the job as it is. Never empty. */
export async function culpritLines({ file, code }: SourceLine): Promise<number[]> {
  const source = await readFile(fileURLToPath(new URL(file, SOURCES)), "utf8");
  const lines = source.split("\n").flatMap((line, index) => (code.some((part) => line.includes(part)) ? [index + 1] : []));
  if (lines.length === 0) throw new Error(`${file} has no line with ${code.join(" or ")}`);
  return lines;
}
