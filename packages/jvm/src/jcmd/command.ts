import { HeaptideError } from "@heaptide/base";
import { attach, type AttachOptions, isEnding } from "../attach/attach.ts";
import { readTimes } from "../proc/status.ts";

/** A reply as long as this is data, not an explanation: errors quote its beginning only. */
const QUOTED = 300;

/**
 * Runs a diagnostic command, as `jcmd <pid> <command>` does.
 *
 * From JDK 25 on the JVM reports success before the command has run, so only the text tells: `read` turns the whole, expected reply into
 * a value and gives null for anything else.
 *
 * @throws JVM_COMMAND_UNKNOWN, JVM_COMMAND_FAILED with the JVM's own words, JVM_VANISHED where it ended in the middle of its reply; and
 *   all that `attach` throws.
 */
export async function jcmd<T>(pid: number, command: string, read: (text: string) => T | null, options: AttachOptions = {}): Promise<T> {
  const { startedAt } = await readTimes(pid);
  const { code, text } = await attach(pid, "jcmd", [command], options);
  const value = code === 0 ? read(text) : null;
  if (value !== null) return value;
  const name = command.split(" ")[0]!;
  if (/Unknown diagnostic command/.test(text)) throw new HeaptideError("JVM_COMMAND_UNKNOWN", { pid, command: name });
  if (await isEnding(pid, startedAt)) throw new HeaptideError("JVM_VANISHED", { pid, during: name });
  throw new HeaptideError("JVM_COMMAND_FAILED", { pid, command: name, said: quote(text) });
}

/** A value for a command's argument: quoted where it holds blanks or commas, as HotSpot's argument parser reads it. */
export function argument(value: string): string {
  return /[\s,"']/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}

function quote(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, " | ");
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}...` : line;
}
