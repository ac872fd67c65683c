import { formatBytes } from "../units.ts";
import { entry } from "./entry.ts";

/** Files and byte streams that cannot be read as what they claim to be. */
export const FORMAT_ERRORS = {
  TRUNCATED_INPUT: entry<{ what: string; offset: number; needed: number; have: number }>(
    (d) => `${d.what} ends at byte ${d.offset + d.have}, but ${d.needed} bytes were needed from byte ${d.offset}.`,
    () => "Copy the file again, or wait until whoever writes it is done.",
  ),
  MALFORMED_INPUT: entry<{ what: string; offset: number; problem: string }>(
    (d) => `${d.what} is malformed at byte ${d.offset}: ${d.problem}.`,
    () => "Check that the file is of the named format and was copied in binary mode.",
  ),
  UNSUPPORTED_VERSION: entry<{ what: string; found: string; supported: string }>(
    (d) => `${d.what} has version ${d.found}; supported is ${d.supported}.`,
    () => "Please report it, with the name of the program that wrote the file.",
  ),
  RECORDING_UNREADABLE: entry<{ path: string; cause: string }>(
    (d) => `The recording ${d.path} cannot be opened: ${d.cause}.`,
    (d) => `ls -l ${d.path}`,
  ),
  RECORDING_TOO_LARGE: entry<{ what: string; most: number }>(
    (d) => `${d.what} is compressed and takes more than ${formatBytes(d.most)} inflated, which is done in memory.`,
    (d) => `gunzip --keep ${d.what}`,
  ),
  LOG_UNREADABLE: entry<{ path: string; cause: string }>(
    (d) => `The log ${d.path} cannot be read: ${d.cause}.`,
    (d) => `ls -l ${d.path}`,
  ),
} as const;
