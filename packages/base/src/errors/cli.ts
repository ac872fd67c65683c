import { entry } from "./entry.ts";

/** The command line, its options and the configuration. */
export const CLI_ERRORS = {
  /** `problem` is a clause without a full stop: it comes from the parser of the command line. */
  INVALID_COMMAND: entry<{ problem: string; command: string | null }>(
    (d) => `The command line makes no sense: ${d.problem}.`,
    (d) => (d.command === null ? "heaptide --help" : `heaptide ${d.command} --help`),
  ),
  INVALID_OPTION: entry<{ option: string; value: string; expected: string; source: string }>(
    (d) => `${d.option} is ${JSON.stringify(d.value)} (from ${d.source}), but ${d.expected} is expected.`,
    () => "heaptide --help",
  ),
  UNKNOWN_SETTING: entry<{ setting: string; source: string; nearest: string | null; known: string }>(
    (d) => `There is no setting ${d.setting} (in ${d.source}).`,
    (d) => (d.nearest === null ? `The settings are: ${d.known}.` : `Perhaps ${d.nearest} was meant.`),
  ),
  CONFIGURATION_UNREADABLE: entry<{ file: string; problem: string }>(
    (d) => `The configuration ${d.file} cannot be read: ${d.problem}.`,
    (d) => `Correct the file, or name another one: heaptide serve --config <file> (this one: ls -l ${d.file})`,
  ),
  SERVER_UNREACHABLE: entry<{ url: string; cause: string }>(
    (d) => `No Heaptide answers at ${d.url}: ${d.cause}.`,
    () => "Start one: heaptide serve --flink http://127.0.0.1:8081, or name another with --server or HEAPTIDE_SERVER",
  ),
  NOT_HEAPTIDE: entry<{ url: string; answer: string }>(
    (d) => `What answers at ${d.url} is no Heaptide of this version: ${d.answer}.`,
    (d) => `curl ${d.url}/api/about`,
  ),
  SERVER_REFUSED: entry<{ url: string; code: string; message: string; next: string }>(
    (d) => `Heaptide at ${d.url} refused (${d.code}): ${d.message}`,
    (d) => d.next,
  ),
} as const;
