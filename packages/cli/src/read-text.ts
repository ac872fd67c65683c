import { readFile } from "node:fs/promises";
import { HeaptideError } from "@heaptide/base";
import type { Environment } from "./environment.ts";

/** The whole of a small file that an option names. @throws CONFIGURATION_UNREADABLE */
export function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new HeaptideError("CONFIGURATION_UNREADABLE", { file, problem: error.code ?? error.message }, { cause: error });
  });
}

/** A token from a file or from HEAPTIDE_TOKEN, never from the command line: that everybody on the host can read. @throws TOKEN_UNREADABLE */
export async function readToken(file: string | undefined, { token }: Pick<Environment, "token">): Promise<string | null> {
  if (file === undefined) return token;
  const text = await readText(file);
  if (!/^\s*\S+\s*$/.test(text)) throw new HeaptideError("TOKEN_UNREADABLE", { file, problem: "it holds more or less than one word" });
  return text.trim();
}
