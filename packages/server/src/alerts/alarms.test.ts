import type { Alarm, AlertRule, Silence } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { type AlarmStep, stepAlarms } from "./alarms.ts";
import type { Condition } from "./conditions.ts";
import { DEFAULT_RULES } from "./rules.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();
const rule = (spec: Partial<AlertRule> = {}): AlertRule => ({
  ...{ ...DEFAULT_RULES[0]!, id: "r", for: MINUTE, keep: 2 * MINUTE, repeat: 60 * MINUTE },
  ...spec,
});
const condition = (spec: Partial<Condition> = {}): Condition => ({
  ...{ key: "r:a", rule: "r", title: "A leaks", text: "It does.", labels: { process: "a" }, incident: "i", acknowledged: false },
  ...spec,
});

/** Steps through times, each with what holds then; gives what was said. */
class Course {
  alarms: Alarm[] = [];
  readonly said: string[] = [];
  readonly rules: AlertRule[];
  silences: Silence[] = [];
  watchingSince = NOW;
  settled = new Set<string>();

  constructor(...rules: AlertRule[]) {
    this.rules = rules.length > 0 ? rules : [rule()];
  }

  at(minutes: number, ...conditions: Condition[]): AlarmStep {
    const { alarms, rules, silences, watchingSince, settled } = this;
    const at = NOW + minutes * MINUTE;
    const step = stepAlarms({ alarms, rules, silences, conditions, at, settled, watchingSince });
    this.alarms = [...new Map([...alarms, ...step.alarms].map((alarm) => [alarm.key, alarm])).values()];
    this.said.push(...step.notifications.map(({ event, alarms: told }) => `${minutes} ${event} ${told.map(({ key }) => key).join(" ")}`));
    return step;
  }
}

describe("alarms", () => {
  it("fire after a condition has held for the rule's time, once", () => {
    const course = new Course();
    for (const minute of [0, 0.5, 1, 2, 3]) course.at(minute, condition());
    expect(course.said).toEqual(["1 firing r:a"]);
  });

  it("never fire for what held too shortly", () => {
    const course = new Course();
    course.at(0, condition());
    course.at(0.5);
    course.at(0.9, condition());
    course.at(1.5, condition());
    expect(course.said).toEqual([]);
  });

  it("are called off only after a condition was absent for long enough, so that flapping is one alarm", () => {
    const course = new Course(rule({ for: 0 }));
    course.at(0, condition());
    course.at(1);
    course.at(2, condition());
    course.at(3);
    course.at(4.5);
    course.at(5);
    expect(course.said).toEqual(["0 firing r:a", "4.5 resolved r:a"]);
  });

  it("are not called off while nobody was looking", () => {
    const course = new Course(rule({ for: 0 }));
    course.at(0, condition());
    course.watchingSince = NOW + 100 * MINUTE;
    course.at(101);
    expect(course.said).toEqual(["0 firing r:a"]);
  });

  it("are repeated until somebody has acknowledged them", () => {
    const course = new Course(rule({ for: 0 }));
    for (const minute of [0, 59, 60, 119]) course.at(minute, condition());
    for (const minute of [120, 300]) course.at(minute, condition({ acknowledged: true }));
    expect(course.said).toEqual(["0 firing r:a", "60 firing r:a"]);
  });

  it("escalate once when nobody acknowledges them", () => {
    const course = new Course(rule({ for: 0, repeat: null, escalateAfter: 10 * MINUTE, escalateTo: ["boss"] }));
    for (const minute of [0, 9, 10, 30]) course.at(minute, condition());
    expect(course.said).toEqual(["0 firing r:a", "10 escalated r:a"]);
  });

  it("say nothing while they are silenced, and speak when the silence is over", () => {
    const course = new Course(rule({ for: 0 }));
    course.silences = [{ id: "s", from: iso(NOW), to: iso(NOW + 5 * MINUTE), matchers: { process: "a*" }, by: "ada", comment: "" }];
    for (const minute of [0, 4]) course.at(minute, condition());
    expect(course.alarms).toMatchObject([{ state: "firing", silencedBy: "s" }]);
    course.at(5, condition());
    expect(course.said).toEqual(["5 firing r:a"]);
  });

  it("of one process are one message, the gravest first", () => {
    const course = new Course(rule({ for: 0, severity: "warning" }), rule({ id: "q", for: 0 }));
    course.at(0, condition(), condition({ key: "q:a", rule: "q" }), condition({ key: "q:b", rule: "q", labels: { process: "b" } }));
    expect(course.said).toEqual(["0 firing q:a r:a", "0 firing q:b"]);
  });

  it("are called off at once when their rule is switched off", () => {
    const course = new Course(rule({ for: 0 }));
    course.at(0, condition());
    course.rules[0] = rule({ enabled: false });
    course.at(0.1);
    expect(course.said).toEqual(["0 firing r:a", "0.1 resolved r:a"]);
  });

  it("are called off at once when the end of their incident is proved", () => {
    const course = new Course(rule({ for: 0 }));
    course.at(0, condition(), condition({ key: "r:b", incident: "other", labels: { process: "b" } }));
    course.settled.add("i");
    course.at(0.1);
    expect(course.said.slice(2)).toEqual(["0.1 resolved r:a"]);
  });

  it.each([
    ["a*", "abc", true],
    ["*c", "abc", true],
    ["a*c", "ac", true],
    ["ab*bc", "abc", false],
    ["*", "", true],
    ["abc", "abcd", false],
  ])("match %s against %s", (pattern, text, expected) => {
    const course = new Course(rule({ for: 0 }));
    course.silences = [{ id: "s", from: iso(NOW), to: iso(NOW + MINUTE), matchers: { process: pattern }, by: "", comment: "" }];
    course.at(0, condition({ labels: { process: text } }));
    expect(course.alarms[0]!.silencedBy !== null).toBe(expected);
  });
});
