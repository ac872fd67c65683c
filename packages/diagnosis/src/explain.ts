import { formatBytes, formatDuration } from "@heaptide/base";
import type { Missing } from "@heaptide/model";
import type { Case } from "./case.ts";
import { isContainer, outermostClass, simpleName } from "./growth/class-names.ts";
import { bytesSlope } from "./growth/groups.ts";
import type { Life } from "./life.ts";
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

function whatOf({ root, law, watched, window, group, holder }: Case): string {
  const rate = watched.unit === "B" ? `${formatBytes(window.trend.slope.value)}/s` : `${(window.trend.slope.value * 60).toFixed(1)}/min`;
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
  const { life, group, line, law, watched, holder, window } = found;
  const missing: Missing[] = [];
  const say = (what: string, why: string, next: string) => missing.push({ what, why, next });
  const watch = watchCommand(life);
  if (!isLeaking)
    say("exhaustion", "time to exhaustion is given only for a leak, and this may still be a bounded collection that fills", watch);
  else if (watched.limit === null) say("exhaustion", `the limit of ${resourceName(watched.resource)} is not known`, "heaptide doctor");
  if (!group) say("class", life.live.at.length < 5 ? "too few live class histograms" : "no group of classes explains the growth", watch);
  if (!line)
    say("line", life.allocations ? "no sampled object of the group leads to user code yet" : "no flight recording was made", watch);
  if (line && line.samples < 5) say("line", `only ${line.samples} sampled objects name it`, watch);
  if (!holder)
    say(
      "holder",
      "no reference chain was recorded",
      life.incarnation.pid === null ? watch : `jcmd ${life.incarnation.pid} GC.heap_dump heap.hprof`,
    );
  if (law?.kind === "wall-time" && life.jobs.length > 0) say("operator", "no operator's counter explains the growth within 5 %", watch);
  const ownerOfLine = line && outermostClass(line.line.class);
  if (line && line.way !== "kept" && holder?.kind === "static" && holder.owner && outermostClass(holder.owner) !== ownerOfLine) {
    say(
      "keeper",
      `allocated in ${line.line.class}, kept by ${holder.owner}.${holder.field}: the line that keeps it was not sampled`,
      watch,
    );
  }
  if (watched.isWeak) {
    say("live set", `only ${watched.source} was measured over ${formatDuration(window.to - window.from)}, which carries garbage`, watch);
  }
  return missing;
}

export function watchCommand({ incarnation }: Life): string {
  return incarnation.pid === null ? "heaptide diagnose --flink <url> --for 5m" : `heaptide diagnose --pid ${incarnation.pid} --for 5m`;
}

/** Why a process that was watched shows nothing. */
export function whyHealthy(source: string, level: number, unit: "B" | "1", isFull: boolean): string {
  return isFull ? `${source}: filled up and stands still at ${sizeOf(level, unit)}` : `${source}: ${sizeOf(level, unit)}, not growing`;
}
