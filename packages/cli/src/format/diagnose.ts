import { formatDuration } from "@heaptide/base";
import type { Diagnosis } from "@heaptide/model";
import type { Terminal } from "../terminal.ts";
import { formatFinding, STYLE_OF, tableOf, whyLines } from "./finding.ts";

/** The verdict for people: findings first, then how each process fares, what is missing, and what looking cost. */
export function formatDiagnosis(diagnosis: Diagnosis, terminal: Terminal, { why }: { why: boolean }): string {
  const { verdict, findings, processes, missing } = diagnosis;
  const parts = [
    ...findings.map((finding) => formatFinding(finding, terminal, { why })),
    findings.length === 0 ? terminal.style(STYLE_OF[verdict], verdict.toUpperCase()) : "",
    ...processes.flatMap(({ process, reasons }) =>
      why && reasons ? [[`  why ${process.name}`, "", ...whyLines(reasons)].join("\n")] : [],
    ),
    tableOf(processes.map(({ process, verdict: of, why: reason }) => [process.name, `${of}: ${reason}`])),
    missing.map(({ what, why: reason, next }) => `  not known: ${what} (${reason})\n    next: ${next}`).join("\n"),
    costLine(diagnosis),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function costLine({ cost }: Diagnosis): string {
  const lines = cost
    .filter(({ total }) => total > 0)
    .map(({ process, total, longest, span }) => {
      const share = span > 0 ? `, ${((100 * total) / span).toFixed(2)} %` : "";
      return `  Looking at ${process} for ${formatDuration(span)} cost ${Math.round(total)} ms of pauses${share}; the longest took ${Math.round(longest)} ms.`;
    });
  return lines.join("\n");
}
