import { formatBytes, formatDuration } from "@heaptide/base";
import type { HistogramResult, HistogramRow } from "../commands/histogram.ts";
import type { Terminal } from "../terminal.ts";
import { type Column, formatCount, formatSigned, table } from "./table.ts";

export function formatHistogram(result: HistogramResult, terminal: Terminal): string {
  const several = result.histograms.length > 1;
  const shown = table(several ? [...GROWTH, ...SIZES] : SIZES, result.classes, terminal.width);
  return [shown, "", totals(result), ...(several ? [span(result)] : []), cost(result)].join("\n");
}

const SIZES: readonly Column<HistogramRow>[] = [
  { title: "instances", align: "right", cell: (row) => formatCount(row.instances) },
  { title: "bytes", align: "right", cell: (row) => formatBytes(row.bytes) },
  { title: "class", align: "left", cell: (row) => row.name },
];

const GROWTH: readonly Column<HistogramRow>[] = [
  { title: "+instances", align: "right", cell: (row) => formatSigned(row.instancesGrown ?? 0, formatCount) },
  { title: "+bytes", align: "right", cell: (row) => formatSigned(row.bytesGrown ?? 0, formatBytes) },
];

function totals({ kind, pid, total }: HistogramResult): string {
  const objects = kind === "live" ? "live objects" : "objects, dead ones too,";
  return `${formatCount(total.instances)} ${objects} of ${formatCount(total.classes)} classes in process ${pid}: ${formatBytes(total.bytes)}.`;
}

function span({ histograms }: HistogramResult): string {
  return `Differences are those of the last of ${histograms.length} histograms to the first, ${formatDuration(histograms.at(-1)!.at - histograms[0]!.at)} before.`;
}

function cost({ histograms }: HistogramResult): string {
  const total = histograms.reduce((sum, histogram) => sum + histogram.pause, 0);
  const known = histograms.every((histogram) => histogram.pauseFrom === "safepoints") ? "" : " at most";
  const times = histograms.length > 1 ? `, in ${histograms.length} pauses` : "";
  return `It stood still for ${formatDuration(total)}${known}${times}.`;
}
