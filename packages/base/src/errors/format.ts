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
  HEAP_DUMP_UNREADABLE: entry<{ path: string; cause: string }>(
    (d) => `The heap dump ${d.path} cannot be opened: ${d.cause}.`,
    (d) => `ls -l ${d.path}`,
  ),
  NOT_A_HEAP_DUMP: entry<{ name: string; size: number; begins: string }>(
    (d) =>
      d.size === 0
        ? `${d.name} is empty.`
        : `${d.name} is no heap dump: it begins with ${JSON.stringify(d.begins)}, and an HPROF file with "JAVA PROFILE 1.0.2".`,
    () => "Make one with: jcmd <pid> GC.heap_dump /tmp/heap.hprof",
  ),
  HEAP_DUMP_EMPTY: entry<{ name: string; size: number }>(
    (d) => `${d.name} has ${d.size} bytes, but no heap in it: it was cut off before the first object, or is still being written.`,
    () => "Wait until the JVM says that the dump was created, or copy the file again.",
  ),
  HEAP_DUMP_TOO_LARGE: entry<{ needed: number; limit: number }>(
    (d) =>
      `The analysis needs ${formatBytes(d.needed)} of memory or more, and has ${formatBytes(d.limit)}; 4 GiB, for about 200 million objects, is the most it can take.`,
    () =>
      "heaptide heap histogram <file> counts classes in a few MB of memory, whatever the size of the dump; --memory sets what an analysis may take.",
  ),
  HEAP_DUMP_WANTED: entry<{ given: string }>(
    (d) => `Either a file or --pid is wanted, and ${d.given} was given.`,
    () => "heaptide heap heap.hprof, or: heaptide heap --pid <pid> (heaptide ps lists them)",
  ),
  HEAP_DUMPS_ALIKE: entry<{ file: string }>(
    (d) => `${d.file} was given twice: there is nothing to compare.`,
    () => "heaptide heap diff before.hprof after.hprof",
  ),
  HEAP_CLASS_UNKNOWN: entry<{ file: string; class: string; nearest: string | null }>(
    (d) => `There is no class ${d.class} in ${d.file}.`,
    (d) => (d.nearest === null ? `heaptide heap ${d.file} --top 100 lists classes.` : `heaptide heap path ${d.file} '${d.nearest}'`),
  ),
  HEAP_QUERY_MALFORMED: entry<{ query: string; column: number; problem: string }>(
    (d) =>
      `The query makes no sense at column ${d.column}: ${d.problem}.\n\n    ${d.query.replaceAll(/\s/g, " ")}\n    ${" ".repeat(d.column - 1)}^`,
    () => "heaptide heap query --help",
  ),
  HEAP_OBJECT_UNKNOWN: entry<{ file: string; address: string }>(
    (d) => `There is no object at ${d.address} in ${d.file}.`,
    (d) => `heaptide heap ${d.file} shows addresses.`,
  ),
  HEAP_DUMP_SCATTERED: entry<{ name: string; address: number }>(
    (d) => `Addresses in ${d.name} lie too far apart, at ${d.address} for example: the file is damaged, or no JVM wrote it.`,
    () => "Copy the file again. If a JVM wrote it as it is, please report it with the name of the JVM.",
  ),
} as const;
