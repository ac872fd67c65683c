import type { ChangeSeen, JobSeen, Observation, ProcessSeen } from "@heaptide/model";

/**
 * Names that are unique among all hosts. What an agent sees it calls as if its host were the only one (`4711@1795...`, `pid:4711`, `taskmanager@localhost`); the server hears it with
 * the name of the agent. Jobs, operators and their changes keep theirs: several agents of one cluster see the same ones, and mean the same.
 */
export function qualified(observation: Observation, agent: string): Observation {
  switch (observation.type) {
    case "process":
      return qualifiedProcess(observation, agent);
    case "change":
      return qualifiedChange(observation, agent);
    case "job":
      return qualifiedJob(observation, agent);
    case "probe":
      // Of a cluster as a whole, each agent has a view of its own.
      return observation.incarnation === null
        ? { ...observation, probe: `${observation.probe} of ${agent}` }
        : { ...observation, incarnation: lifeOf(observation.incarnation, agent) };
    case "count":
    case "checkpoint":
    case "gap":
      return observation;
    case "sample":
    case "ended":
    case "census":
    case "snapshot":
    case "allocations":
    case "code":
    case "log":
    case "log-count":
    case "cost":
      return { ...observation, incarnation: lifeOf(observation.incarnation, agent) };
  }
}

/** What runs on other hosts, their agents tell: the server joins it. */
function qualifiedJob(seen: JobSeen, agent: string): JobSeen {
  const { incarnations, spread, ...job } = seen.job;
  const own = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).map(([key, count]) => [lifeOf(key, agent), count]));
  const spreadHere = spread && Object.fromEntries(Object.entries(spread).map(([vertex, counts]) => [vertex, own(counts)]));
  return {
    ...seen,
    job: { ...job, incarnations: incarnations.map((key) => lifeOf(key, agent)), ...(spreadHere && { spread: spreadHere }) },
  };
}

function qualifiedProcess(seen: ProcessSeen, agent: string): ProcessSeen {
  const { process, incarnation } = seen;
  const key = processOf(process.key, agent);
  const isNamed = key !== process.key;
  const name = !isNamed ? process.name : process.role === "jvm" ? `${process.name} on ${agent}` : withHost(process.name, agent);
  return {
    ...seen,
    process: { ...process, key, name },
    incarnation: { ...incarnation, key: lifeOf(incarnation.key, agent), process: key },
  };
}

function qualifiedChange(change: ChangeSeen, agent: string): ChangeSeen {
  if (change.process === null) return change;
  const { incarnation } = change.attributes;
  return {
    ...change,
    id: `${agent}/${change.id}`,
    process: processOf(change.process, agent),
    title: withHost(change.title, agent),
    attributes: { ...change.attributes, ...(incarnation !== undefined && { incarnation: lifeOf(incarnation, agent) }) },
  };
}

export const prefixOf = (agent: string): string => `${agent}/`;
export const lifeOf = (key: string, agent: string): string => `${prefixOf(agent)}${key}`;

export function processOf(key: string, agent: string): string {
  return key.startsWith("pid:") ? `${key}@${agent}` : key.replace(/@localhost(?=#|$)/, `@${agent}`);
}

const withHost = (text: string, agent: string): string => text.replace(/\blocalhost\b/, agent);

/**
 * The first life or process in it that is not of that agent's host, or null. Names that several agents of a cluster share, those of jobs and of TaskManagers by their address, are anybody's.
 */
export function foreignNameIn(observation: Observation, agent: string): string | null {
  const lives = livesIn(observation);
  const foreign = lives.find((key) => !key.startsWith(prefixOf(agent)));
  if (foreign !== undefined) return foreign;
  const process = observation.type === "process" ? observation.process.key : observation.type === "change" ? observation.process : null;
  return process !== null && process.startsWith("pid:") && !process.endsWith(`@${agent}`) ? process : null;
}

function livesIn(observation: Observation): readonly string[] {
  if (observation.type === "process") return [observation.incarnation.key];
  if (observation.type === "job")
    return [...observation.job.incarnations, ...Object.values(observation.job.spread ?? {}).flatMap(Object.keys)];
  if (!("incarnation" in observation) || observation.incarnation === null) return [];
  return [observation.incarnation];
}
