import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { measure, withAlias } from "./measure.ts";
import { heap, type Part, plainly, type Subject } from "./part.ts";

const MOST = 1000;
/** Ours are asked for by kinds: what is an array of primitives is no instance of anything. */
const KINDS = ["instanceof java.lang.Object", "byte[]", "int[]", "long[]", "char[]"];
const OURS = (from: string): string => `select address(o), retained(o), class(o) from ${from} o order by retained(o) desc limit ${MOST}`;
/** Theirs by class: of all objects together it orders only some of them. */
const THEIRS = (name: string): string =>
  `SELECT x.@objectAddress AS address, x.@retainedHeapSize AS bytes FROM ${name} x ORDER BY x.@retainedHeapSize DESC LIMIT ${MOST}`;

/** The thousand objects that retain most, beside what hprof-analyzer has for the same addresses. It knows no classes as objects: those are counted apart. */
export const largest: Part = async (subject) => {
  const { dump, spec, peers, context } = subject;
  const analyzer = peers["hprof-analyzer"];
  if (spec.name !== "small" || !analyzer) return [];
  const ours = await largestOf(subject);
  const classes = [...new Set(ours.map((row) => row.class))].filter((name) => !isClass(name));
  const folder = join(dirname(dump.file), "peer");
  await mkdir(folder, { recursive: true });
  const theirs = new Map<number, number>();
  // It keeps what it finds beside the dump, so that only the first question is dear.
  await withAlias(dump.file, join(folder, "dump.hprof"), async (file) => {
    for (const [i, name] of classes.entries()) {
      context.progress(`the largest ${MOST} objects, by hprof-analyzer: class ${i + 1} of ${classes.length}`);
      const { output } = await measure([analyzer, "heap", "query", "--json", "--oql", THEIRS(name), file], context.signal);
      for (const { address, bytes } of rowsOf(output)) theirs.set(address, bytes);
    }
  });
  await rm(folder, { recursive: true, force: true });
  return [plainly(subject, `retained sizes of the largest ${MOST} objects, beside hprof-analyzer's`, difference(ours, theirs))];
};

async function largestOf({ dump, context }: Subject): Promise<Row[]> {
  const rows: Row[] = [];
  await measure(heap(dump.file, "--save", "--json"), context.signal);
  for (const from of KINDS) {
    const { output } = await measure(heap("query", dump.file, OURS(from), "--top", String(MOST), "--json"), context.signal);
    rows.push(...rowsOf(output));
  }
  await rm(`${dump.file}.heaptide`);
  return rows.sort((a, b) => b.bytes - a.bytes).slice(0, MOST);
}

const isClass = (name: string): boolean => name.startsWith("class ");

function difference(ours: readonly Row[], theirs: ReadonlyMap<number, number>): string {
  const objects = ours.filter((row) => !isClass(row.class));
  const known = objects.filter(({ address }) => theirs.has(address));
  const differing = known.filter(({ address, bytes }) => theirs.get(address) !== bytes);
  const furthest = Math.max(0, ...differing.map(({ address, bytes }) => Math.abs(bytes - theirs.get(address)!)));
  const parts = [`${known.length - differing.length} of ${objects.length} equal`];
  if (differing.length > 0) parts.push(`by ${furthest} bytes at most: ${byClass(differing)}`);
  if (known.length < objects.length) parts.push(`not listed there: ${byClass(objects.filter(({ address }) => !theirs.has(address)))}`);
  return [...parts, `${ours.length - objects.length} classes`].join("; ");
}

const byClass = (rows: readonly Row[]): string =>
  [...Map.groupBy(rows, (row) => row.class)]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 6)
    .map(([name, own]) => `${own.length} ${name}`)
    .join(", ");

interface Row {
  readonly address: number;
  readonly bytes: number;
  readonly class: string;
}

/** Rows of either tool: address, retained bytes, and in ours the class. */
function rowsOf(output: string): Row[] {
  const { rows } = JSON.parse(output) as { readonly rows: readonly (readonly unknown[])[] };
  return rows.map(([address, bytes, name]) => ({
    address: Number(address),
    bytes: Number(bytes),
    class: typeof name === "string" ? name : "",
  }));
}
