import { readProcFile } from "./status.ts";

/** Names whose values are nobody's business; what is in doubt is masked. */
const SECRET = /pass|secret|token|key|cred|auth|private|session|cookie|dsn|salt|signature|jdbc|conn(?:ection)?_?str/i;
/** A password in an address: `https://user:password@host`. */
const IN_ADDRESS = /(\w+:\/\/[^\s:/@]*):[^\s@/]*@/g;
/** `-Dpassword=...` and `--token=...` within a value. */
const IN_OPTION = /((?:pass(?:word|wd)?|secret|token|key|credentials?)[\w.-]*[=:]\s*)\S+/gi;
const LONGEST = 300;

/**
 * The environment that a process was started with, secrets masked: their values leave this function in no form.
 * @throws PROCESS_HIDDEN for another user's process, NO_SUCH_PROCESS
 */
export async function readEnvironment(pid: number): Promise<ReadonlyMap<string, string>> {
  const text = Buffer.from(await readProcFile(pid, "environ"), "latin1").toString("utf8");
  const pairs = text.split("\0").flatMap((pair): [string, string][] => {
    const at = pair.indexOf("=");
    return at <= 0 ? [] : [[pair.slice(0, at), maskedValue(pair.slice(0, at), pair.slice(at + 1))]];
  });
  return new Map(pairs);
}

/** A secret that differs from another is another mask, so that a change of it is seen. */
export function maskedValue(name: string, value: string): string {
  if (SECRET.test(name)) return `(masked ${fingerprint(value)})`;
  return value.replaceAll(IN_ADDRESS, "$1:(masked)@").replaceAll(IN_OPTION, "$1(masked)").slice(0, LONGEST);
}

/** Salted anew at each start of Heaptide, and 12 bits of it: enough to tell two values apart, not to find one. */
const SALT = `${Math.random()} ${performance.now()}`;
function fingerprint(value: string): string {
  let hash = 0x811c9dc5;
  for (const character of SALT + value) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return (hash & 0xfff).toString(16).padStart(3, "0");
}
