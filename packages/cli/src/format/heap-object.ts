import { formatBytes } from "@heaptide/base";
import type { HeapObjectResult } from "../commands/heap-object.ts";
import type { Terminal } from "../terminal.ts";
import { answerText, printable } from "./heap-query.ts";
import { formatCount, table } from "./table.ts";

export function formatHeapObject(result: HeapObjectResult, terminal: Terminal): string {
  const { values, length, referrers } = result;
  const lines = head(result, terminal);
  if (values.length > 0) lines.push("", table(VALUES, values, terminal.width));
  if (length !== null && length > values.length) lines.push(`${formatCount(length - values.length)} more elements: --top`);
  if (referrers) {
    lines.push("", terminal.style("bold", `${formatCount(referrers.count)} objects refer to it`));
    if (referrers.count > 0) lines.push(table(REFERRERS, referrers.referrers, terminal.width));
    if (referrers.count > referrers.referrers.length) lines.push("There are more: --top");
  }
  return lines.join("\n");
}

function head(
  { class: name, address, bytes, retained, reach, roots, dominator, text, length }: HeapObjectResult,
  terminal: Terminal,
): string[] {
  const alive = { strong: "alive", weak: "only weakly referenced", unreachable: "unreachable" }[reach];
  const size = length === null ? "" : `, ${formatCount(length)} elements`;
  return [
    terminal.style("bold", `${name} ${address}`),
    `${formatBytes(bytes)} itself, retains ${formatBytes(retained)}${size}; ${alive}`,
    ...(roots.length > 0 ? [`a root: ${roots.join(", ")}`] : []),
    dominator === null ? "nothing but roots keeps it" : `goes with ${dominator.class} ${dominator.address}`,
    ...(text === null ? [] : [`text ${JSON.stringify(printable(text))}`]),
  ];
}

const VALUES = [
  { title: "type", align: "left", cell: ({ type }) => type },
  { title: "name", align: "left", cell: ({ name }) => name },
  { title: "value", align: "left", cell: ({ value }) => answerText(value) },
  { title: "of", align: "left", cell: ({ declaredBy }) => declaredBy ?? "" },
] satisfies Parameters<typeof table<HeapObjectResult["values"][number]>>[0];

const REFERRERS = [
  { title: "retained", align: "right", cell: ({ retained }) => formatBytes(retained) },
  { title: "address", align: "left", cell: ({ address }) => address },
  { title: "by", align: "left", cell: ({ by }) => (by.kind === "static" ? `static ${by.name}` : by.name) },
  { title: "object", align: "left", cell: (row) => row.class },
] satisfies Parameters<typeof table<NonNullable<HeapObjectResult["referrers"]>["referrers"][number]>>[0];
