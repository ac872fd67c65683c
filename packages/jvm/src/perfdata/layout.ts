/**
 * hsperfdata 2.0: the counters that a HotSpot JVM publishes in a memory-mapped file, as jstat reads them.
 *
 * Writer: every HotSpot since JDK 5 unless -XX:-UsePerfData or -XX:+PerfDisableSharedMem; seen with JDK 17 and 25.
 * File: `/tmp/hsperfdata_<user>/<pid>`, mode 0600, 32 KiB unless -XX:PerfDataMemorySize.
 * Byte order: the machine's own; byte 4 tells which.
 * Layout: src/hotspot/share/runtime/perfMemory.hpp (PerfDataPrologue, PerfDataEntry) of openjdk/jdk.
 * Not supported: format 1.x (JDK 1.4), and entry types other than `long` and `byte[]`, which no JVM has written.
 *
 * ```
 * prologue, 32 bytes                              entry, 20 bytes, then name and data
 *  0 u4 magic CAFEC0C0, always big-endian          0 i4 entry length: step to the next entry
 *  4 u1 byte order: 0 big, 1 little                4 i4 name offset, from the entry's start
 *  5 u1 major   6 u1 minor                         8 i4 vector length: 0 for a scalar
 *  7 u1 accessible: 1 once filled in              12 u1 data type: 'J' long, 'B' bytes
 *  8 i4 used bytes                                13 u1 flags   14 u1 units   15 u1 variability
 * 12 i4 overflow: bytes that found no room        16 i4 data offset, from the entry's start
 * 16 i8 time of last structural change, ticks
 * 24 i4 offset of the first entry   28 i4 entries
 * ```
 */
export const PERFDATA_MAGIC = 0xcafec0c0;
export const PERFDATA_PROLOGUE = 32;
export const PERFDATA_ENTRY_HEADER = 20;
export const PERFDATA_MAJOR = 2;

/** Byte order in the prologue's byte 4. */
export const LITTLE_ENDIAN = 1;

/** Data types: JVM signature characters. */
export const TYPE_LONG = 0x4a;
export const TYPE_BYTE = 0x42;
