import { entry } from "./entry.ts";

/** The command line, its options and the configuration. */
export const CLI_ERRORS = {
  INVALID_COMMAND: entry<{ message: string; command: string | null }>(
    (d) => `${d.message.charAt(0).toUpperCase()}${d.message.slice(1)}${/[.?)]$/.test(d.message) ? "" : "."}`,
    (d) => (d.command === null ? "heaptide --help" : `heaptide ${d.command} --help`),
  ),
  INVALID_OPTION: entry<{ option: string; value: string; expected: string; source: string }>(
    (d) => `${d.option} is ${JSON.stringify(d.value)} (from ${d.source}), but ${d.expected} is expected.`,
    () => "heaptide --help",
  ),
} as const;
