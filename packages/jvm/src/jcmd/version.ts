import type { AttachOptions } from "../attach/attach.ts";
import { jcmd } from "./command.ts";

export interface VmVersion {
  /** "OpenJDK 64-Bit Server VM version 25.0.3+9-LTS" */
  readonly vm: string;
  /** "25.0.3"; null where the JVM does not say. */
  readonly jdk: string | null;
}

/** `VM.version`: the cheapest command there is, about 4 ms. */
export function vmVersion(pid: number, options?: AttachOptions): Promise<VmVersion> {
  return jcmd(pid, "VM.version", parseVmVersion, options);
}

export function parseVmVersion(text: string): VmVersion | null {
  const [vm, ...rest] = text.trim().split("\n");
  if (!vm || !/ version /.test(vm)) return null;
  const jdk = rest.map((line) => /^JDK (.+)$/.exec(line.trim())?.[1]).find(Boolean);
  return { vm, jdk: jdk ?? null };
}
