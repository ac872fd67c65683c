/**
 * Dockerfiles, as far as rules about them need: instructions, and no heredocs. Written by hand; read line by line.
 * Source: docs.docker.com, "Dockerfile reference": comments are whole lines, a backslash at the end of a line goes on with the next.
 */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly words: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

export function readDockerfile(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    open = { text: `${open?.text ?? ""}${line.replace(/\\$/, "")}`, line: open?.line ?? index + 1 };
    if (line.endsWith("\\")) continue;
    const [, name, words] = /^(\w+)\s+(.*)$/s.exec(open.text) ?? [];
    instructions.push({ name: (name ?? open.text).toUpperCase(), words: words ?? "", line: open.line });
    open = undefined;
  }
  return instructions;
}

/** What a good linter would say too: rules that have bitten somebody. @returns sentences, none where all is well */
export function faultsOf(instructions: readonly Instruction[]): string[] {
  const stages = new Set(instructions.flatMap(({ name, words }) => (name === "FROM" ? (/ AS (\S+)$/i.exec(words)?.[1] ?? []) : [])));
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
  const user = last.findLast(({ name }) => name === "USER")?.words;
  const faults = instructions.flatMap((instruction) => faultOf(instruction, stages) ?? []);
  if (user === undefined || /^(root|0)\b/.test(user)) faults.push("the image runs as root");
  if (!last.some(({ name }) => name === "ENTRYPOINT")) faults.push("there is no ENTRYPOINT");
  return faults;
}

/** Images of ours have no version: they are built beside it. */
const OURS = new Set(["heaptide", "dataspa"]);

function faultOf({ name, words, line }: Instruction, stages: ReadonlySet<string>): string | undefined {
  const say = (fault: string) => `line ${line}: ${fault}`;
  const [first = ""] = words.split(" ");
  if (name === "FROM" && !stages.has(first) && !OURS.has(first) && !/:[\w.-]*\d/.test(first)) return say(`${first} has no version`);
  if (name === "FROM" && first.endsWith(":latest")) return say(`${first} is another image tomorrow`);
  if (name === "ADD") return say("ADD unpacks and downloads; COPY copies");
  if (name === "RUN" && /\bsudo\b/.test(words)) return say("there is no sudo in an image");
  if (name === "RUN" && /\bnpm (i|install)\b/.test(words)) return say("npm ci keeps to the lock file");
  if (name === "RUN" && /\bapt-get install\b/.test(words) && !words.includes("--no-install-recommends"))
    return say("--no-install-recommends");
  if ((name === "ENTRYPOINT" || name === "CMD") && !words.startsWith("["))
    return say(`${name} as a shell's line takes no signals: use the JSON form`);
  if (name === "COPY" && /--from=(\S+)/.test(words) && !stages.has(/--from=(\S+)/.exec(words)![1]!))
    return say("copies from a stage that is not there");
  return undefined;
}
