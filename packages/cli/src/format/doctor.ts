import type { DoctorResult } from "../commands/doctor.ts";
import type { Terminal } from "../terminal.ts";

const SIGNS = { ok: "✓", warn: "!", fail: "✗" } as const;
const STYLES = { ok: "green", warn: "yellow", fail: "red" } as const;

export function formatDoctor({ checks }: DoctorResult, terminal: Terminal): string {
  const widest = Math.max(...checks.map((check) => check.name.length));
  const indent = " ".repeat(widest + 6);
  const lines = checks.flatMap(({ name, state, says, next }) => {
    const line = `  ${terminal.style(STYLES[state], SIGNS[state])} ${name.padEnd(widest)}  ${says}`;
    return next === null ? [line] : [line, `${indent}${terminal.style("dim", `next: ${next}`)}`];
  });
  const failed = checks.filter((check) => check.state === "fail").length;
  const warned = checks.filter((check) => check.state === "warn").length;
  const verdict = failed > 0 ? `${failed} failed, ${warned} to look at` : warned > 0 ? `${warned} to look at` : "all is well";
  return [...lines, "", `  ${verdict}`].join("\n");
}
