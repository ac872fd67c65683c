import { formatBytes, formatDuration } from "@heaptide/base";
import type { Evidence, GroupMember } from "@heaptide/model";
import type { Case } from "./case.ts";
import { eventOf, perEvent, placeOf, sharePercent, sizeOf } from "./phrases.ts";
import { FEW_SAMPLES } from "./thresholds.ts";
import { ratioTo } from "./growth/deltas.ts";
import { bytesSlope } from "./growth/groups.ts";
import { simpleName } from "./growth/class-names.ts";
import { knownMessage } from "./known-messages.ts";
import { shareNeeded } from "./verdict.ts";

/** All that speaks for the finding, and what speaks against it, as sentences with their numbers and sources. */
export function evidenceOf(found: Case): Evidence[] {
  return [trend, companions, boundOf, classGrowth, law, allocation, holder, logs, change, gaps].flatMap((witness) => witness(found));
}

function trend({ watched, window: { trend, from, to } }: Case): Evidence[] {
  const { slope, growth, noise } = trend;
  const rate = watched.unit === "B" ? `${formatBytes(slope.value)}/s` : `${slope.value.toFixed(2)}/s`;
  const statement = `${watched.source}: ${sizeOf(growth, watched.unit)} more in ${formatDuration(to - from)} (${rate}), without slowing down and whatever the load.`;
  return [
    { kind: "trend", for: true, statement, source: watched.source, numbers: { ...slope, growth, noise, samples: trend.series.at.length } },
  ];
}

function companions({ companions: others }: Case): Evidence[] {
  return others.map(({ watched, trend: { growth, slope } }) => ({
    kind: "trend" as const,
    for: true,
    statement: `${watched.source}: ${sizeOf(growth, watched.unit)} more, in step with it.`,
    source: watched.source,
    numbers: { growth, slope: slope.value },
  }));
}

/** A bounded collection that is still filling looks the same: only growth beyond any plausible bound tells. */
function boundOf(found: Case): Evidence[] {
  const { watched, window, root } = found;
  const needed = shareNeeded(found);
  if (watched.isCounted || watched.limit === null || needed === null) return [];
  const isBeyond = window.trend.share >= needed;
  const held = root ? `${Math.round(root.instances.at(-1)!)} ${simpleName(root.name)}` : sizeOf(window.trend.growth, watched.unit);
  const statement = isBeyond
    ? `It has grown by ${sharePercent(window.trend.share)} of the limit (${formatBytes(watched.limit.value)}, ${watched.limit.source}).`
    : `A bounded collection that still fills looks the same: if this is a cache, it holds more than ${held}. Beyond ${formatBytes(needed * watched.limit.value)} of growth it is called leaking.`;
  const numbers = { share: window.trend.share, needed, growth: window.trend.growth, neededBytes: needed * watched.limit.value };
  return [{ kind: "limit", for: isBeyond, statement, source: watched.limit.source, numbers }];
}

function classGrowth(found: Case): Evidence[] {
  const { group, root, isLive, window } = found;
  if (!group || !root) return [];
  const others = group.classes.length - 1;
  const statement = `${root.name}: ${root.rise} more instances in ${group.at.length} snapshots${others > 0 ? `, with ${others} more classes in constant ratio` : ""}.`;
  const explained = found.watched.resource === "heap" ? { explained: bytesSlope(group) / window.trend.slope.value } : {};
  const source = isLive ? "live class histograms" : "class histograms after natural collections";
  return [
    { kind: "class-growth", for: isLive, statement, source, numbers: { instances: root.rise, snapshots: group.at.length, ...explained } },
  ];
}

function law({ law: found, root }: Case): Evidence[] {
  if (!found) return [];
  // Everything at a constant rate follows the clock: that names no cause.
  const isEvent = found.kind !== "wall-time" && found.kind !== "log-lines";
  const rivals = found.rivals.length > 0 ? ` ${found.rivals.length} other driver${found.rivals.length > 1 ? "s" : ""} not excluded.` : "";
  const statement = `${perEvent(found)} ${root ? simpleName(root.name) : "units"} per ${eventOf(found)}.${rivals}`;
  return [{ kind: "law", for: isEvent, statement, source: isEvent ? "Flink's counters" : "the clock", numbers: { ...found.ratio } }];
}

function allocation({ line, allocations }: Case): Evidence[] {
  // What byte code could do is no observation of what it did.
  if (!line || line.way === "written") return [];
  const few = line.samples < FEW_SAMPLES ? " That is few." : "";
  const statement = `${line.votes} of ${line.samples} sampled objects that are still alive lead to ${placeOf(line.line)} (${line.line.method}).${few}`;
  return [
    {
      kind: "allocation",
      for: true,
      statement,
      source: "flight recording",
      numbers: { votes: line.votes, samples: line.samples, objects: allocations.length },
    },
  ];
}

function holder({ holder: found }: Case): Evidence[] {
  if (!found || found.kind === "other") return [];
  const numbers: Record<string, number> = found.size === null ? {} : { size: found.size };
  return [
    {
      kind: "holder",
      for: true,
      statement: `They are kept by ${found.description}.`,
      source: "reference chains of the flight recording",
      numbers,
    },
  ];
}

function logs({ logs: clues, watched }: Case): Evidence[] {
  return clues.map(({ evidence, namesGroup }) => {
    const known = knownMessage(`${evidence.pattern} ${evidence.example}`);
    const meaning = namesGroup ? ", which names a class that grows" : known ? `. ${known.meaning}` : "";
    return {
      kind: "log" as const,
      // A new pattern alone is coincidence in time; that the JVM itself says that this resource is used up is none.
      for: namesGroup || (known?.weight === "decisive" && known.resource === watched.resource),
      statement: `New since the onset, ${evidence.count} times: "${evidence.pattern}"${meaning}.`.replace(/\.\.$/, "."),
      source: evidence.logger ?? "log",
      numbers: { count: evidence.count },
    };
  });
}

function change({ causes, onset }: Case): Evidence[] {
  if (!causes.change) return [];
  const others = causes.others.length > 0 ? ` ${causes.others.length} other change(s) are not excluded.` : "";
  const statement = `The growth began within ${formatDuration(Math.max(1000, onset.to - causes.change.at))} after: ${causes.change.title}.${others}`;
  return [
    {
      kind: "change",
      for: causes.others.length === 0,
      statement,
      source: "changes",
      numbers: { at: causes.change.at, from: onset.from, to: onset.to },
    },
  ];
}

function gaps({ life, onset }: Case): Evidence[] {
  return life.gaps
    .filter((gap) => gap.from >= onset.from)
    .map((gap) => ({ kind: "gap" as const, for: true, statement: gap.title, source: "data flow", numbers: { from: gap.from } }));
}

/** The group as the finding shows it: the root class first, then by bytes; what came since the onset. */
export function membersOf({ group, root }: Case): GroupMember[] {
  if (!group || !root) return [];
  return group.classes
    .map((found) => ({
      class: found.name,
      ratio: Math.round(ratioTo(root, found) * 1000) / 1000,
      instances: found.rise,
      bytes: found.bytesRise,
    }))
    .sort((a, b) => Number(b.class === root.name) - Number(a.class === root.name) || b.bytes - a.bytes);
}
