import type { Finding, SnapshotComparison } from "@heaptide/model";

/** One class in two snapshots. `depth` 1: folded under the root class of its growth group. */
export interface ClassRow {
  readonly name: string;
  readonly instances: number;
  readonly grown: number;
  readonly bytes: number;
  readonly bytesGrown: number;
  readonly trend: readonly number[] | null;
  readonly depth: 0 | 1;
  /** How many classes are folded under this one; its bytes grown are then those of the whole group. */
  readonly members: number;
  readonly ratio: number | null;
}

export type SortBy = "grown" | "bytesGrown" | "instances" | "bytes" | "name";

export interface RowOptions {
  readonly words: string;
  readonly sortBy: SortBy;
  readonly unfolded: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** Sorted, filtered, and the growth groups folded: their members stand under their root class, or nowhere while it is folded. */
export function rowsOf({ classes }: SnapshotComparison, { words, sortBy, unfolded, findings }: RowOptions): ClassRow[] {
  const groups = new Map(findings.flatMap(({ rootClass, group }) => (rootClass === null ? [] : [[rootClass, group] as const])));
  const folded = new Map(
    [...groups].flatMap(([root, group]) => group.filter((member) => member.class !== root).map((member) => [member.class, root] as const)),
  );
  const text = words.trim().toLowerCase();
  const grownOf = (c: number): number => {
    const own = classes.bytes[c]! - classes.bytesBefore[c]!;
    const group = groups.get(classes.name[c]!);
    // Between two snapshots that show no growth of the root class its group has none to be charged with.
    if (group === undefined || classes.instances[c]! <= classes.instancesBefore[c]!) return own;
    const root = group.find((member) => member.class === classes.name[c]);
    const share = (classes.instances[c]! - classes.instancesBefore[c]!) / Math.max(1, root?.instances ?? 1);
    return group.reduce((sum, member) => sum + member.bytes, 0) * share;
  };
  const own = (c: number, depth: 0 | 1, ratio: number | null): ClassRow => ({
    name: classes.name[c]!,
    instances: classes.instances[c]!,
    grown: classes.instances[c]! - classes.instancesBefore[c]!,
    bytes: classes.bytes[c]!,
    bytesGrown: depth === 0 && text === "" ? grownOf(c) : classes.bytes[c]! - classes.bytesBefore[c]!,
    trend: classes.trend[c] ?? null,
    depth,
    members: depth === 0 ? (groups.get(classes.name[c]!)?.length ?? 1) - 1 : 0,
    ratio,
  });
  const placeOf = new Map(classes.name.map((name, c) => [name, c]));
  const rows: ClassRow[] = [];
  classes.name.forEach((name, c) => {
    if (text === "" ? folded.has(name) : !name.toLowerCase().includes(text)) return;
    rows.push(own(c, 0, null));
  });
  rows.sort((a, b) => (sortBy === "name" ? (a.name < b.name ? -1 : 1) : b[sortBy] - a[sortBy] || (a.name < b.name ? -1 : 1)));
  if (text !== "" || unfolded.size === 0) return rows;
  return rows.flatMap((row) => {
    if (!unfolded.has(row.name)) return row;
    const members = (groups.get(row.name) ?? []).filter((member) => member.class !== row.name && placeOf.has(member.class));
    return [row, ...members.map((member) => own(placeOf.get(member.class)!, 1, member.ratio))];
  });
}
