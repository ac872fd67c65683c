import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { measure, withAlias } from "./measure.ts";
import { heap, type Part, plainly } from "./part.ts";

const THEIRS =
  "SELECT x.@objectAddress AS address, x.@retainedHeapSize AS bytes FROM INSTANCEOF java.lang.Object x ORDER BY bytes DESC LIMIT 1000";
const OURS = (from: string): string => `select address(o), retained(o), class(o) from ${from} o order by retained(o) desc limit 1000`;

/** The retained sizes of the thousand objects that retain most, as hprof-analyzer has them, beside ours of the same objects. */
export const largest: Part = async (subject) => {
  const { dump, spec, peers, context } = subject;
  const analyzer = peers["hprof-analyzer"];
  if (spec.name !== "small" || !analyzer) return [];
  context.progress("the largest 1,000 objects, by hprof-analyzer");
  const folder = join(dirname(dump.file), "peer");
  await mkdir(folder, { recursive: true });
  // It keeps what it finds beside the dump.
  const theirs = await withAlias(dump.file, join(folder, "dump.hprof"), async (file) =>
    rowsOf((await measure([analyzer, "heap", "query", "--json", "--oql", THEIRS, file], context.signal)).output),
  );
  await rm(folder, { recursive: true, force: true });
  const ours = new Map<number, Row>();
  await measure(heap(dump.file, "--save", "--json"), context.signal);
  for (const from of ["instanceof java.lang.Object", "byte[]", "int[]", "long[]"]) {
    const { output } = await measure(heap("query", dump.file, OURS(from), "--top", "1000", "--json"), context.signal);
    for (const row of rowsOf(output)) ours.set(row.address, row);
  }
  await rm(`${dump.file}.heaptide`);
  return [plainly(subject, "retained sizes of the largest 1,000 objects, beside hprof-analyzer's", difference(theirs, ours))];
};

function difference(theirs: readonly Row[], ours: ReadonlyMap<number, Row>): string {
  const known = theirs.filter(({ address }) => ours.has(address));
  const differing = known.map((row) => ({ ...row, ours: ours.get(row.address)! })).filter((row) => row.bytes !== row.ours.bytes);
  const classes = [...Map.groupBy(differing, (row) => row.ours.class)].sort((a, b) => b[1].length - a[1].length);
  const furthest = Math.max(0, ...differing.map((row) => Math.abs(row.bytes - row.ours.bytes)));
  const parts = [`${known.length - differing.length} of ${theirs.length} equal`];
  if (differing.length > 0)
    parts.push(
      `by ${furthest} bytes at most: ${classes
        .slice(0, 6)
        .map(([name, rows]) => `${rows.length} ${name}`)
        .join(", ")}`,
    );
  if (known.length < theirs.length) parts.push(`${theirs.length - known.length} are not among our largest`);
  return parts.join("; ");
}

interface Row {
  readonly address: number;
  readonly bytes: number;
  readonly class: string;
}

/** Rows of either tool: address, retained bytes, and in ours the class. */
function rowsOf(output: string): Row[] {
  const parsed = JSON.parse(output) as readonly unknown[] | { readonly rows: readonly unknown[] };
  return ("rows" in parsed ? parsed.rows : parsed).map((row) => {
    const [address, bytes, name] = Array.isArray(row) ? row : Object.values(row as object);
    return { address: Number(address), bytes: Number(bytes), class: String(name ?? "") };
  });
}
