import type { History, Role } from "@heaptide/model";
import { type Alarm, BASELINES } from "../baselines/index.ts";
import type { RecordedRun } from "./sessions.ts";

/** What a rule of others makes of a run. `found`: it rang for a process that leaks, after the leak began; `false`: for one that does not. */
export interface RuleScore {
  readonly rule: string;
  readonly found: boolean;
  readonly false: boolean;
  /** It named the root class. */
  readonly named: boolean;
}

/** Listens to all rules while a run is replayed. */
export class RulesListener {
  readonly #rung = new Map<string, { at: number; alarm: Alarm }[]>();

  hear(history: History): void {
    for (const rule of BASELINES) {
      const rung = this.#rung.get(rule.name) ?? [];
      this.#rung.set(rule.name, [...rung, ...rule.judge(history).map((alarm) => ({ at: history.to, alarm }))]);
    }
  }

  scores({ run, scenario: { truth } }: RecordedRun): RuleScore[] {
    const leaks = truth.kind === "leaking" ? truth.leaks : [];
    const startOf = (role: Role) => {
      const own = leaks.filter(({ process }) => process === role).map(({ startsAt }) => Date.parse(run.began) + startsAt * 1000);
      return own.length > 0 ? Math.min(...own) : Infinity;
    };
    const roots = new Set(leaks.flatMap(({ rootClasses }) => rootClasses));
    return BASELINES.map(({ name }) => {
      const rung = this.#rung.get(name) ?? [];
      const right = rung.filter(({ at, alarm }) => at >= startOf(alarm.process.role));
      return {
        rule: name,
        found: right.length > 0,
        false: rung.length > right.length,
        named: right.some(({ alarm }) => alarm.class !== null && roots.has(alarm.class)),
      };
    });
  }
}
