import type { AlertRule } from "@heaptide/model";

const MINUTE = 60_000;
const HOUR = 3_600_000;

const base = {
  enabled: true,
  within: null,
  for: 0,
  keep: 2 * MINUTE,
  repeat: 4 * HOUR,
  escalateAfter: null,
  escalateTo: [],
  channels: null,
};

/** What is alarmed about from the first start, before anybody has configured anything. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  { ...base, id: "leaking", name: "A leak", when: "leaking", severity: "critical", keep: 5 * MINUTE },
  {
    ...base,
    id: "exhaustion",
    name: "Memory runs out soon",
    when: "exhaustion",
    severity: "critical",
    within: 6 * HOUR,
    // An interval wanders at its start.
    for: MINUTE,
    keep: 10 * MINUTE,
    repeat: HOUR,
  },
  { ...base, id: "process-lost", name: "A process is gone", when: "process-lost", severity: "critical", for: 30_000 },
  { ...base, id: "gap", name: "Data is missing", when: "gap", severity: "critical" },
  // A probe that fails once tries again; a restart of the cluster takes a minute.
  { ...base, id: "probe-blind", name: "Nothing can be seen", when: "probe-blind", severity: "warning", for: 5 * MINUTE, repeat: null },
  { ...base, id: "growing", name: "Something grows", when: "growing", severity: "info", enabled: false, for: 10 * MINUTE },
];
