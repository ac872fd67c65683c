/**
 * Builds hsperfdata files, format 2.0, as a JVM lays them out: names right after the 20-byte header, longs aligned to 8 bytes, strings padded.
 * The file ends where its used part does, so each byte of it matters to a parser.
 */
export interface PerfDataSpec {
  /** Numbers become longs, strings byte arrays. */
  readonly counters: Readonly<Record<string, number | string>>;
  readonly littleEndian?: boolean;
  readonly accessible?: boolean;
  readonly overflow?: number;
  readonly version?: readonly [major: number, minor: number];
}

const PROLOGUE = 32;
const HEADER = 20;

export function perfDataFile(spec: PerfDataSpec): Uint8Array {
  const littleEndian = spec.littleEndian ?? true;
  const entries = Object.entries(spec.counters).map(([name, value]) => entry(name, value, littleEndian));
  const used = PROLOGUE + entries.reduce((total, bytes) => total + bytes.length, 0);
  const file = new Uint8Array(used);
  const view = new DataView(file.buffer);
  const [major, minor] = spec.version ?? [2, 0];
  view.setUint32(0, 0xcafec0c0);
  file.set([littleEndian ? 1 : 0, major, minor, spec.accessible === false ? 0 : 1], 4);
  view.setInt32(8, used, littleEndian);
  view.setInt32(12, spec.overflow ?? 0, littleEndian);
  view.setBigInt64(16, 1n, littleEndian);
  view.setInt32(24, PROLOGUE, littleEndian);
  view.setInt32(28, entries.length, littleEndian);
  let at = PROLOGUE;
  for (const bytes of entries) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function entry(name: string, value: number | string, littleEndian: boolean): Uint8Array {
  const nameBytes = new TextEncoder().encode(`${name}\0`);
  const text = typeof value === "string" ? new TextEncoder().encode(`${value}\0`) : null;
  const dataOffset = text ? HEADER + nameBytes.length : align(HEADER + nameBytes.length);
  const bytes = new Uint8Array(align(dataOffset + (text?.length ?? 8)));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, littleEndian);
  view.setInt32(4, HEADER, littleEndian);
  view.setInt32(8, text?.length ?? 0, littleEndian);
  view.setUint8(12, text ? 0x42 : 0x4a);
  view.setInt32(16, dataOffset, littleEndian);
  bytes.set(nameBytes, HEADER);
  if (text) bytes.set(text, dataOffset);
  else view.setBigInt64(dataOffset, BigInt(value), littleEndian);
  return bytes;
}

function align(offset: number): number {
  return (offset + 7) & ~7;
}
