import type { AttachOptions } from "../attach/attach.ts";
import { jcmd } from "./command.ts";

/** A live class loader. Sizes in bytes of metaspace. */
export interface ClassLoaderRow {
  /** Class of the loader: "org.apache.flink.util.ChildFirstClassLoader"; "<boot class loader>" for the JVM's own. */
  readonly type: string;
  readonly address: string;
  readonly parent: string;
  readonly classes: number;
  readonly chunkBytes: number;
  readonly blockBytes: number;
}

const ROW = /^(0x[0-9a-f]+) +(0x[0-9a-f]+) +0x[0-9a-f]+ +(\d+) +(\d+) +(\d+) +(.+)$/;

/** `VM.classloader_stats`. Loaders that are dead but not yet unloaded are among them: ask after a full collection. */
export function classLoaderStats(pid: number, options?: AttachOptions): Promise<ClassLoaderRow[]> {
  return jcmd(pid, "VM.classloader_stats", parseClassLoaders, options);
}

/** @returns null for a reply without its total. Lines of hidden classes belong to the loader above and are left out. */
export function parseClassLoaders(text: string): ClassLoaderRow[] | null {
  if (!/^Total = \d+/m.test(text)) return null;
  return text.split("\n").flatMap((line) => {
    const row = ROW.exec(line.trimEnd());
    if (!row) return [];
    const [, address, parent, classes, chunk, block, type] = row;
    return [
      {
        type: type!.trim(),
        address: address!,
        parent: parent!,
        classes: Number(classes),
        chunkBytes: Number(chunk),
        blockBytes: Number(block),
      },
    ];
  });
}
