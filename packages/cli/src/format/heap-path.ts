import { formatBytes } from "@heaptide/base";
import type { RootPath } from "@heaptide/hprof";
import type { HeapPathResult } from "../commands/heap-path.ts";
import type { Terminal } from "../terminal.ts";
import { formatCount, table } from "./table.ts";

export function formatHeapPath(result: HeapPathResult, terminal: Terminal): string {
  if (result.of === "object") {
    return result.path ? pathLines(result.path, terminal).join("\n") : "Nothing keeps it: it can be collected.";
  }
  const dead = result.instances - result.live;
  const head =
    `${formatCount(result.live)} ${result.class} alive, retaining ${formatBytes(result.retained)}` +
    (dead > 0 ? `; ${formatCount(dead)} more can be collected` : "");
  const paths = result.paths.flatMap((path) => [
    "",
    terminal.style(
      "bold",
      `${percent(path.share)} of them${result.sampled < result.live ? ` (of ${formatCount(result.sampled)} looked at)` : ""}:`,
    ),
    ...pathLines(path, terminal),
  ]);
  const charged = table(
    [
      { title: "objects", align: "right", cell: (row) => formatCount(row.count) },
      { title: "bytes", align: "right", cell: (row) => formatBytes(row.bytes) },
      { title: "class", align: "left", cell: (row) => row.class },
    ],
    result.charged,
    terminal.width,
  );
  return [head, ...paths, "", terminal.style("bold", "What would go with them, themselves included:"), charged].join("\n");
}

/** A line for each object, from the root on. */
export function pathLines({ root, steps }: RootPath, terminal: Terminal): string[] {
  return [
    `  ${terminal.style("dim", root)}`,
    ...steps.map(({ class: name, address, by, repeated, retained }) => {
      const reference = by ? `${by.kind === "static" ? "static " : ""}${terminal.style("cyan", by.name)} ` : "";
      const times = repeated > 1 ? ` × ${formatCount(repeated)}, linked` : "";
      return `  ${by ? "└ " : ""}${reference}${name}${times} ${terminal.style("dim", `${address}, retains ${formatBytes(retained)}`)}`;
    }),
  ];
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
