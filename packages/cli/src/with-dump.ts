import { type OpenDump, openDump } from "@heaptide/hprof";
import { stat } from "node:fs/promises";
import type { Context } from "./command.ts";
import { progressOf } from "./dump-progress.ts";

export interface DumpValues {
  readonly file: string;
  readonly memory?: number | undefined;
}

/** Opens a dump, showing how far it is, hands it to `use`, and closes it: what was unpacked for it is removed, also when it is given up. */
export async function withDump<T>(
  { progress, signal }: Context,
  { file, memory }: DumpValues,
  use: (dump: OpenDump) => Promise<T>,
): Promise<T> {
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  const dump = await openDump(file, { memory, signal, onProgress: progressOf(file, size, (said) => progress.update(said)) });
  try {
    return await use(dump);
  } finally {
    await dump.close();
  }
}
