import { formatBytes, formatDuration } from "@heaptide/base";
import type { Missing } from "@heaptide/model";
import type { Case } from "./case.ts";
import { isContainer, outermostClass, simpleName } from "./growth/class-names.ts";
import { bytesSlope } from "./growth/groups.ts";
import type { Life } from "./life.ts";
import { FEW_SAMPLES, LEAST_SAMPLES } from "./thresholds.ts";
import { clock, eventOf, howMany, placeOf, sizeOf } from "./phrases.ts";

/** The finding as one sentence: who keeps what, with what it grows, how much each weighs, where it is made, since when. */
export function headlineOf(found: Case): string {
  const { law, life, line, causes, onset } = found;
  const who = law?.job ?? life.process.name;
  const where = line ? `, ${line.way === "kept" ? "kept" : "made"} at ${placeOf(line.line)}` : "";
  const deployed = causes.change?.kind === "job-deployed";
  const since = causes.change ? `${deployed ? "the deployment" : causes.change.title} at ${clock(causes.change.at)}` : clock(onset.from);
  return `${who} ${whatOf(found)}${where}, since ${since}.`;
}

function whatOf({ root, law, watched, window, group, holder, enlarged }: Case): string {
  const rate = watched.unit === "B" ? `${formatBytes(window.trend.slope.value)}/s` : `${(window.trend.slope.value * 60).toFixed(1)}/min`;
  if (enlarged) {
    const where = holder ? ` in ${holder.description}` : "";
    return `enlarges one ${simpleName(enlarged.class)} again and again${where} (${formatBytes(enlarged.bytes)} at last, +${rate})`;
  }
  if (!root || !group) return `uses ever more ${resourceName(watched.resource)} (+${rate}); what grows is not known yet`;
  const each = (bytesSlope(group) / (root.rise / ((group.at.at(-1)! - group.at[0]!) / 1000))) | 0;
  const name = simpleName(root.name);
  const keeps = law ? `keeps ${howMany(law.ratio.value)} ${name} per ${eventOf(law)}` : `keeps ever more ${name}`;
  const held = isContainer(root.name) && holder ? ` in ${holder.description}` : "";
  return `${keeps}${held} (${formatBytes(each)} each)`;
}

const resourceName = (resource: string): string => (resource === "heap" ? "heap" : resource.replace("-", " "));

/** What the case does not show yet, why, and the next step. */
export function missingOf(found: Case, isLeaking: boolean): Missing[] {
  return [
    ...exhaustionMissing(found, isLeaking),
    ...classMissing(found),
    ...lineMissing(found),
    ...holderMissing(found),
    ...lawMissing(found),
  ];
}

function exhaustionMissing({ life, watched, window }: Case, isLeaking: boolean): Missing[] {
  const next = watchCommand(life);
  const why = "time to exhaustion is given only for a leak, and this may still be a bounded collection that fills";
  const missing = isLeaking ? [] : [{ what: "exhaustion", why, next }];
  if (watched.limit === null)
    missing.push({ what: "limit", why: `the limit of ${resourceName(watched.resource)} is not known`, next: "heaptide doctor" });
  if (!watched.isWeak) return missing;
  const measured = `only ${watched.source} was measured over ${formatDuration(window.to - window.from)}, which proves no leak`;
  return [...missing, { what: "live set", why: measured, next }];
}

function classMissing({ life, group, enlarged }: Case): Missing[] {
  if (group || enlarged) return [];
  const why = life.live.at.length < LEAST_SAMPLES ? "too few live class histograms" : "no group of classes explains the growth";
  return [{ what: "class", why, next: watchCommand(life) }];
}

function lineMissing({ life, line, holder }: Case): Missing[] {
  const next = watchCommand(life);
  if (!line) {
    const why = life.allocations ? "no sampled object of the group leads to user code yet" : "no flight recording was made";
    return [{ what: "line", why, next }];
  }
  if (line.way === "written") {
    return [{ what: "line", why: "no object of it was sampled: the line follows from the byte code of the job alone", next }];
  }
  const missing = line.samples < FEW_SAMPLES ? [{ what: "line", why: `only ${line.samples} sampled objects tell of it`, next }] : [];
  const isElsewhere =
    holder?.kind === "static" && holder.owner !== null && outermostClass(holder.owner) !== outermostClass(line.line.class);
  if (!isElsewhere || line.way === "kept") return missing;
  const why = `allocated in ${line.line.class}, kept by ${holder.owner}.${holder.field}: the line that keeps it was not sampled`;
  return [...missing, { what: "keeper", why, next }];
}

function holderMissing({ life, holder }: Case): Missing[] {
  const { pid } = life.incarnation;
  const next = pid === null ? watchCommand(life) : `jcmd ${pid} GC.heap_dump heap.hprof`;
  return holder ? [] : [{ what: "holder", why: "no reference chain was recorded", next }];
}

function lawMissing({ life, law }: Case): Missing[] {
  if (life.jobs.length === 0 || (law !== null && law.kind !== "wall-time")) return [];
  return [{ what: "operator", why: "no operator's counter explains the growth within 5 %", next: watchCommand(life) }];
}

export function watchCommand({ incarnation }: Life): string {
  return incarnation.pid === null ? "heaptide diagnose --flink <url> --for 5m" : `heaptide diagnose --pid ${incarnation.pid} --for 5m`;
}

/** Why a process that was watched shows nothing. */
export function whyHealthy(source: string, level: number, unit: "B" | "1", isFull: boolean): string {
  return isFull ? `${source}: filled up and stands still at ${sizeOf(level, unit)}` : `${source}: ${sizeOf(level, unit)}, not growing`;
}
