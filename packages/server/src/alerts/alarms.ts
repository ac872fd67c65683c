import type { Alarm, AlertRule, Delivery, Severity, Silence } from "@heaptide/model";
import type { Condition } from "./conditions.ts";

/** Alarms that one message tells of: they share an incident, or a process. */
export interface Notification {
  readonly event: Delivery["event"];
  readonly alarms: readonly Alarm[];
  /** Names of the channels; null: all. */
  readonly channels: readonly string[] | null;
}

export interface AlarmStep {
  /** New and changed alarms. */
  readonly alarms: readonly Alarm[];
  readonly notifications: readonly Notification[];
}

export interface AlarmInput {
  readonly alarms: readonly Alarm[];
  readonly conditions: readonly Condition[];
  readonly rules: readonly AlertRule[];
  readonly silences: readonly Silence[];
  readonly at: number;
  /** Ids of incidents whose end is proved: their alarms need not wait for whether what was measured comes back. */
  readonly settled: ReadonlySet<string>;
  /** What nobody could look for is not over: no alarm is called off before this server has watched for the rule's own time. */
  readonly watchingSince: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/**
 * One step of all alarms: pending until a condition has held for long enough, firing until it has not held for long enough, then resolved. Pure; what it gives is stored
 * together with its notifications, so that neither is lost or doubled when the server is killed in between.
 */
export function stepAlarms(input: AlarmInput): AlarmStep {
  const { alarms, conditions, rules, at } = input;
  const present = new Map(conditions.map((condition) => [condition.key, condition]));
  const known = new Map(alarms.map((alarm) => [alarm.key, alarm]));
  const next: Alarm[] = [];
  const said: { readonly alarm: Alarm; readonly event: Delivery["event"]; readonly channels: readonly string[] | null }[] = [];
  for (const key of new Set([...known.keys(), ...present.keys()])) {
    const rule = rules.find(({ id }) => id === (present.get(key)?.rule ?? known.get(key)!.rule));
    const before = known.get(key);
    const after = stepOne(before, present.get(key), rule, input);
    if (after === null) continue;
    const spoken = rule === undefined ? { alarm: after, news: [] } : speak(after, rule, at);
    if (spoken.alarm !== before) next.push(spoken.alarm);
    for (const news of spoken.news) said.push({ alarm: spoken.alarm, ...news });
  }
  return { alarms: next, notifications: grouped(said) };
}

/** @returns null for a resolved alarm that stays so, and for what was pending and is over */
function stepOne(
  before: Alarm | undefined,
  condition: Condition | undefined,
  rule: AlertRule | undefined,
  input: AlarmInput,
): Alarm | null {
  const { at, silences, watchingSince, settled } = input;
  if (condition && rule) {
    const alarm = before && before.state !== "resolved" ? before : begun(condition, rule, at);
    const held = at - Date.parse(alarm.since);
    const { title, text, labels, incident, acknowledged } = condition;
    const fires = alarm.state === "firing" || held >= rule.for;
    return {
      ...alarm,
      ...{ title, text, labels, incident, acknowledged },
      state: fires ? "firing" : "pending",
      firedAt: alarm.firedAt ?? (fires ? iso(at) : null),
      lastSeen: iso(at),
      severity: rule.severity,
      silencedBy: silences.find((silence) => covers(silence, labels, at))?.id ?? null,
    };
  }
  if (before === undefined || before.state === "resolved") return null;
  if (before.state === "pending") return { ...before, state: "resolved", resolvedAt: iso(at) };
  const absent = at - Math.max(Date.parse(before.lastSeen), watchingSince);
  const isSettled = before.incident !== null && settled.has(before.incident);
  // A rule that was switched off has nothing to wait for.
  if (rule?.enabled && !isSettled && absent < rule.keep) return before;
  return { ...before, state: "resolved", resolvedAt: iso(at) };
}

function begun({ key, rule, title, text, labels, incident, acknowledged }: Condition, { severity }: AlertRule, at: number): Alarm {
  const never = { firedAt: null, resolvedAt: null, silencedBy: null, notifiedAt: null, escalatedAt: null };
  return {
    key,
    rule,
    state: "pending",
    severity,
    title,
    text,
    labels: { ...labels },
    incident,
    since: iso(at),
    lastSeen: iso(at),
    acknowledged,
    ...never,
  };
}

type News = { readonly event: Delivery["event"]; readonly channels: readonly string[] | null };

/** What is to be said of an alarm now, and the alarm with the note that it was. */
function speak(alarm: Alarm, rule: AlertRule, at: number): { alarm: Alarm; news: readonly News[] } {
  if (alarm.state === "pending") return { alarm, news: [] };
  if (alarm.state === "resolved") {
    // Nobody is told of the end of what nobody was told of.
    const wasSaid = alarm.notifiedAt !== null;
    return { alarm, news: wasSaid ? [{ event: "resolved", channels: rule.channels }] : [] };
  }
  // What is absent and waits to be called off is not said again.
  if (alarm.silencedBy !== null || alarm.lastSeen !== iso(at)) return { alarm, news: [] };
  const news: News[] = [];
  let spoken = alarm;
  const isDue =
    alarm.notifiedAt === null || (!alarm.acknowledged && rule.repeat !== null && at - Date.parse(alarm.notifiedAt) >= rule.repeat);
  if (isDue) {
    news.push({ event: "firing", channels: rule.channels });
    spoken = { ...spoken, notifiedAt: iso(at) };
  }
  if (isToEscalate(alarm, rule, at)) {
    news.push({ event: "escalated", channels: rule.escalateTo });
    spoken = { ...spoken, escalatedAt: iso(at) };
  }
  return { alarm: spoken, news };
}

function isToEscalate({ acknowledged, escalatedAt, firedAt }: Alarm, { escalateAfter, escalateTo }: AlertRule, at: number): boolean {
  if (acknowledged || escalatedAt !== null || escalateAfter === null || escalateTo.length === 0 || firedAt === null) return false;
  return at - Date.parse(firedAt) >= escalateAfter;
}

function covers({ from, to, matchers }: Silence, labels: Readonly<Record<string, string>>, at: number): boolean {
  if (at < Date.parse(from) || at >= Date.parse(to)) return false;
  return Object.entries(matchers).every(([name, pattern]) => matches(pattern, labels[name] ?? ""));
}

/** `*` stands for any text. Linear, whatever the pattern: each piece is searched after the one before. */
function matches(pattern: string, text: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(head)) return false;
  const tail = rest.pop()!;
  let from = head.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - tail.length >= from && text.endsWith(tail);
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** One message for what belongs together: a TaskManager that leaks, runs out and loses data is one matter. */
function grouped(said: readonly ({ readonly alarm: Alarm } & News)[]): Notification[] {
  const subjectOf = ({ incident, labels, key }: Alarm) => labels["process"] ?? incident ?? key;
  const groups = Map.groupBy(said, ({ alarm, event, channels }) => JSON.stringify([event, channels, subjectOf(alarm)]));
  return [...groups.values()].map((members) => ({
    event: members[0]!.event,
    channels: members[0]!.channels,
    alarms: members.map(({ alarm }) => alarm).toSorted((a, b) => RANK[a.severity] - RANK[b.severity]),
  }));
}
