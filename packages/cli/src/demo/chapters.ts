import { formatBytes, formatDuration, formatInterval, formatRatio } from "@heaptide/base";
import type { Diagnosis, Finding } from "@heaptide/model";

/**
 * What the demo waits for, chapter by chapter. Each chapter reads a diagnosis and tells its part of the story, or nothing as long as it is not
 * known. Chapters know the vocabulary of a finding and no answer: another leak would be told by the same words.
 */
export interface Told {
  /** What was found, in a few words. */
  readonly fact: string;
  /** Compared with what, or from how much evidence. */
  readonly detail: string;
}

export type Teller = (diagnosis: Diagnosis) => Told | undefined;

/** The finding that the story is about: the worst present one of a process, or the one that a change ended. */
export function findingOf(diagnosis: Diagnosis, process: string): Finding | undefined {
  return diagnosis.findings.find((finding) => finding.process.key === process);
}

/** A healthy process, judged on enough data to say so. */
export function healthy(process: string): Teller {
  return (diagnosis) => {
    const judged = diagnosis.processes.find((candidate) => candidate.process.key === process);
    return judged?.verdict === "healthy" ? { fact: "healthy", detail: judged.why } : undefined;
  };
}

/** The chapters between a leaking deployment and its fix, in the order in which they are told. */
export const DIAGNOSIS_CHAPTERS: readonly { readonly name: string; readonly tell: (finding: Finding) => Told | undefined }[] = [
  { name: "memory", tell: memory },
  { name: "class", tell: rootClass },
  { name: "law", tell: law },
  { name: "line", tell: line },
  { name: "log", tell: log },
  { name: "deployment", tell: deployment },
  { name: "exhaustion", tell: exhaustion },
];

function memory(finding: Finding): Told | undefined {
  const { value, unit } = finding.slope;
  const perMinute = unit === "B/s" ? `${formatBytes(value * 60)}/min` : `${(value * 60).toFixed(0)} a minute`;
  return { fact: `${finding.resource} grows by ${perMinute}`, detail: `since ${moment(finding.onset)}` };
}

/** "11:24:06", or "11:23:20 to 11:24:06" where the beginning is not known to a few seconds. */
function moment({ from, to }: Finding["onset"]): string {
  return Date.parse(to) - Date.parse(from) < 5000 ? clockTime(from) : `${clockTime(from)} to ${clockTime(to)}`;
}

function rootClass(finding: Finding): Told | undefined {
  if (finding.rootClass === null) return undefined;
  // Arrays and the JDK's own classes are in every group; its other classes tell more.
  const tells = (name: string) => name !== finding.rootClass && !name.endsWith("[]") && !name.startsWith("java.");
  const companions = finding.group.filter((member) => tells(member.class)).slice(0, 2);
  const detail = companions.map((member) => `${count(member.ratio)} ${simpleName(member.class)}`).join(", ");
  return { fact: finding.rootClass, detail: detail === "" ? "grows alone" : `with each: ${detail}, ...` };
}

function law(finding: Finding): Told | undefined {
  if (finding.law?.operator == null) return undefined;
  const { operator, ratio, rivals } = finding.law;
  const { value, low, high } = ratio;
  // What goes through a chain one by one fits each of its operators: which of them it is, the stacks say later.
  const others = rivals.filter((rival) => rival.operator !== null && rival.ratio.low <= high && rival.ratio.high >= low).length;
  const place = others === 0 || finding.line !== null ? operator : `${operator}, or ${others} more that fit`;
  return { fact: `${formatRatio(value)} per element [${formatRatio(low)}, ${formatRatio(high)}]`, detail: `through ${place}` };
}

function line(finding: Finding): Told | undefined {
  if (finding.line === null) return undefined;
  const { method, file, line: number } = finding.line;
  return { fact: `${simpleName(finding.line.class)}.${method}`, detail: `${file ?? finding.line.class}:${number}` };
}

function log(finding: Finding): Told | undefined {
  const [first] = finding.logs;
  if (first === undefined) return undefined;
  return { fact: `${finding.logs.length} new pattern${finding.logs.length > 1 ? "s" : ""}`, detail: `"${shorten(first.example, 44)}"` };
}

function deployment(finding: Finding): Told | undefined {
  if (finding.change === null) return undefined;
  return { fact: finding.change.title, detail: `at ${clockTime(finding.change.at)}` };
}

function exhaustion(finding: Finding): Told | undefined {
  if (finding.verdict !== "leaking" || finding.exhaustion === null) return undefined;
  const { low, high } = finding.exhaustion;
  if (high === 0) return { fact: "at its limit", detail: "nothing is left" };
  return { fact: `at its limit in ${formatDuration(low * 1000)} to ${formatDuration(high * 1000)}`, detail: "if nothing changes" };
}

/** Data was expected and not seen, on a process whose cluster still reports that all is well. */
export function gap(process: string): Teller {
  return (diagnosis) => {
    const evidence = findingOf(diagnosis, process)?.evidence.find((candidate) => candidate.kind === "gap");
    return evidence ? { fact: "data stopped", detail: evidence.statement } : undefined;
  };
}

/** The proof of the fix; `not-fixed` and `too-early` go on waiting. */
export function verified(process: string): Teller {
  return (diagnosis) => {
    const leak = diagnosis.findings.find((finding) => finding.process.key === process && finding.verification?.verdict === "verified");
    if (!leak?.verification) return undefined;
    const { before, after, unit, released, statement } = leak.verification;
    if (before === null || after === null) return { fact: "fixed", detail: statement };
    const fact = `growth ${formatRatio(after.value)}, was ${formatInterval(before)}`;
    return { fact, detail: released ? `${unit}; memory is released` : unit };
  };
}

/** `io.netty.util.Timer$Bucket` -> `Timer$Bucket`. */
function simpleName(className: string): string {
  return className.slice(className.lastIndexOf(".") + 1);
}

function count(ratio: number): string {
  return Number.isInteger(ratio) || ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
}

/** `2026-01-02T14:01:12.000Z` -> `14:01:12`. */
export function clockTime(iso: string): string {
  return iso.slice(11, 19);
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
