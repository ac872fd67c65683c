import type { AttachOptions } from "../attach/attach.ts";
import type { CensusGroup } from "../proc/census.ts";
import { jcmd } from "./command.ts";

/**
 * `VM.native_memory summary`: what the JVM itself has committed, by its own categories, in bytes. Only where it was started with
 * `-XX:NativeMemoryTracking`. Takes some milliseconds and no safepoint.
 * @returns empty where tracking is off
 */
export function nativeMemory(pid: number, options?: AttachOptions): Promise<CensusGroup[]> {
  return jcmd(pid, "VM.native_memory summary scale=KB", parseNativeMemory, options);
}

/** @returns null for a reply that is none */
export function parseNativeMemory(text: string): CensusGroup[] | null {
  if (/Native memory tracking is not enabled/i.test(text)) return [];
  if (!/^Total: reserved=/m.test(text)) return null;
  return [...text.matchAll(/^-\s+(\S.*?) \(reserved=\d+KB, committed=(\d+)KB/gm)].map(([, name, committed]) => ({
    name: name!,
    value: Number(committed) * 1024,
  }));
}
