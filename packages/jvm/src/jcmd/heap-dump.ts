import type { SnapshotKind } from "@heaptide/model";
import type { AttachOptions } from "../attach/attach.ts";
import { measurePause, type Pause } from "../pause.ts";
import { argument, jcmd } from "./command.ts";
import { reached, removeTargetFile, sizeOfTargetFile, targetFile, writeFailure } from "./target-file.ts";

export interface HeapDumpFile extends Pause {
  /** Path as seen from here. */
  readonly file: string;
  readonly size: number;
  readonly remove: () => Promise<void>;
}

export interface HeapDumpOptions extends AttachOptions {
  /** `live` collects first and leaves out what is dead. */
  readonly kind: SnapshotKind;
  /** Absolute, in the file system of the JVM; must not exist yet. Default: a new name in its /tmp. */
  readonly path?: string | undefined;
}

/**
 * `GC.heap_dump`: the whole heap into a file on the JVM's disk, mode 0600. Stops the process for about 5 s for each GB: only when asked for.
 * @throws JVM_DISK_FULL, JVM_FILE_UNREACHABLE, and all that a command throws. What is half-written under a name of our own is removed.
 */
export async function heapDump(pid: number, options: HeapDumpOptions): Promise<HeapDumpFile> {
  const target = options.path === undefined ? await targetFile(pid, "hprof") : reached(pid, options.path);
  const command = `GC.heap_dump ${options.kind === "all" ? "-all " : ""}${argument(target.path)}`;
  try {
    const { value: _, ...pause } = await measurePause(pid, () =>
      jcmd(pid, command, (text) => (/Heap dump file created/.test(text) ? true : null), options),
    );
    return { file: target.here, size: await sizeOfTargetFile(pid, target), ...pause, remove: () => removeTargetFile(target) };
  } catch (error) {
    const failure = await writeFailure(pid, target, error);
    // A file of the caller's name may have been there before; one of ours was not.
    if (options.path === undefined) await removeTargetFile(target);
    throw failure;
  }
}
