import type { UserCode } from "../attribution/frames.ts";
import { RATIO_ONE } from "../thresholds.ts";
import { isContainer, isJdk } from "./class-names.ts";
import type { GrowingClass } from "./deltas.ts";
import type { Group } from "./groups.ts";

/** What recordings say about a group's classes: votes by class name. */
export interface RootVotes {
  /** The outermost constructor beneath the frame of user code. */
  readonly constructed: ReadonlyMap<string, number>;
  /** The outermost growing class on the way to the root, nodes of collections left out. */
  readonly outermost: ReadonlyMap<string, number>;
  /** Classes that the program's own new warnings name. */
  readonly named: ReadonlySet<string>;
  /** Whether a count over the group's snapshots rises by one for each event of some driver: the likeliest law. */
  readonly isOneForEach: (found: GrowingClass) => boolean;
}

/**
 * The class that stands for the group: (a) what user code constructs, (b) what the reference chains end in, (c) by the package, among the classes
 * of the group's own unit. Of several that grow one for one with it, the program's own warnings choose: whoever wrote them knew what matters.
 * Containers are named only where nothing else is left.
 */
export function rootClassOf(group: Group, votes: RootVotes, userCode: UserCode): GrowingClass | null {
  const leader = votedFor(group, votes) ?? byPackage(unitOf(group, votes.isOneForEach, userCode), userCode);
  if (!leader) return null;
  return group.classes.find((found) => votes.named.has(found.name) && isAsMany(found.rise, leader.rise)) ?? leader;
}

function votedFor(group: Group, votes: RootVotes): GrowingClass | undefined {
  const byName = new Map(group.classes.map((found) => [found.name, found]));
  for (const said of [votes.constructed, votes.outermost]) {
    const leader = [...said].filter(([name]) => byName.has(name) && !isContainer(name)).sort((a, b) => b[1] - a[1])[0];
    // The JDK's own carriers (a task in a scheduler's queue) say little where something of somebody's own hangs on each of them.
    if (leader && !(isJdk(leader[0]) && hasOwnBeside(group, byName.get(leader[0])!))) return byName.get(leader[0])!;
  }
  return undefined;
}

function hasOwnBeside({ classes }: Group, leader: GrowingClass): boolean {
  return (
    !OWNS_RESOURCE.test(leader.name) && classes.some(({ name, rise }) => !isJdk(name) && !isContainer(name) && isAsMany(rise, leader.rise))
  );
}

function byPackage(classes: readonly GrowingClass[], userCode: UserCode): GrowingClass | undefined {
  const rank = ({ name }: GrowingClass) => {
    // A text says more than the characters in it.
    if (isContainer(name)) return name === "java.lang.String" ? 0.5 : 0;
    if (isJdk(name)) return OWNS_RESOURCE.test(name) ? 2 : 1;
    // What Flink calls runtime is its own machinery; nearer to the user are its operators and interfaces.
    return userCode.isUserClass(name) ? 4 : /^org\.apache\.flink\..*\bruntime\./.test(name) ? 2.5 : 3;
  };
  return classes.toSorted((a, b) => rank(b) - rank(a) || b.bytesRise - a.bytesRise)[0];
}

export const isAsMany = (rise: number, other: number): boolean => Math.abs(rise - other) <= Math.max(1, RATIO_ONE * other);

/** Classes of the JDK that own a thread, a descriptor or a buffer, rather than being a part of one. */
const OWNS_RESOURCE =
  /(Executor|Pool|Client|Stream|Channel|ChannelImpl|Socket|Selector|SelectorImpl|Timer|Reader|Writer|File|Thread|Buffer)$/;

/**
 * The classes that share the group's own unit: of the counts that many classes agree on, the one that rises by one for each event of a driver. The unit is not
 * always one per element; else it is the smallest, because an owner has fewer instances than its parts.
 */
function unitOf(group: Group, isOneForEach: RootVotes["isOneForEach"], userCode: UserCode): GrowingClass[] {
  const clusters: { rise: number; score: number; classes: GrowingClass[] }[] = [];
  for (const found of group.classes) {
    const near = clusters.find(({ rise }) => isAsMany(found.rise, rise));
    const score = isContainer(found.name) ? 0.1 : isJdk(found.name) ? 0.5 : 1;
    if (near) {
      near.score += score;
      near.classes.push(found);
    } else clusters.push({ rise: found.rise, score, classes: [found] });
  }
  const best = Math.max(...clusters.map(({ score }) => score));
  const candidates = clusters.filter(({ score }) => score >= best / 4);
  const isEvent = (cluster: (typeof clusters)[0]) => Number(cluster.classes.some(isOneForEach));
  const isUsers = (cluster: (typeof clusters)[0]) => Number(cluster.classes.some(({ name }) => userCode.isUserClass(name)));
  return candidates.toSorted((a, b) => isEvent(b) - isEvent(a) || isUsers(b) - isUsers(a) || a.rise - b.rise)[0]?.classes ?? [];
}
