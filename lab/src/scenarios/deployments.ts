import type { Scenario } from "../scenario.ts";
import { LISTENER, STATIC_MAP } from "./collections.ts";
import { inLab, leakOfJob } from "./one-job.ts";

/** Several jobs, or several versions of one. */
export const DEPLOYMENTS: readonly Scenario[] = [
  {
    name: "leak-by-deployment",
    about: "a healthy job is replaced by a version that leaks",
    cluster: { heap: "320m" },
    jobs: {
      healthy: { name: "visits", entryClass: inLab("HealthyJob"), rate: { low: 80, high: 250 } },
      leaking: { name: "visits", entryClass: inLab("StaticMapJob"), rate: { low: 130, high: 300 } },
    },
    steps: [
      { at: 5, does: "submit", job: "healthy" },
      { at: 60, does: "replace", job: "healthy", by: "leaking" },
    ],
    seconds: 190,
    truth: {
      kind: "leaking",
      leaks: [{ ...leakOfJob("visits", STATIC_MAP), startsAt: 60, change: { kind: "job-deployed", job: "visits", step: 1 } }],
    },
  },
  {
    name: "two-leaks",
    about: "two jobs on one TaskManager, each with a leak of its own",
    cluster: { heap: "320m" },
    jobs: {
      sessions: { name: "sessions", entryClass: inLab("StaticMapJob"), rate: { low: 100, high: 200 } },
      prices: { name: "prices", entryClass: inLab("ListenerJob"), rate: { low: 150, high: 300 } },
    },
    steps: [
      { at: 5, does: "submit", job: "sessions" },
      { at: 8, does: "submit", job: "prices" },
    ],
    seconds: 160,
    truth: {
      kind: "leaking",
      leaks: [
        leakOfJob("sessions", STATIC_MAP),
        { ...leakOfJob("prices", LISTENER), startsAt: 8, change: { kind: "job-deployed", job: "prices", step: 1 } },
      ],
    },
  },
  {
    name: "leak-fixed",
    about: "a leaking job is replaced by a version that does not leak",
    cluster: { heap: "320m" },
    jobs: {
      leaking: { name: "visits", entryClass: inLab("StaticMapJob"), rate: { low: 150, high: 300 } },
      fixed: { name: "visits", entryClass: inLab("HealthyJob"), rate: { low: 150, high: 300 } },
    },
    steps: [
      { at: 5, does: "submit", job: "leaking" },
      { at: 110, does: "replace", job: "leaking", by: "fixed" },
    ],
    seconds: 220,
    truth: {
      kind: "benign",
      because: "the second deployment has ended the leak, and what it kept is released",
      growsUntil: 130,
      fixed: { leak: leakOfJob("visits", STATIC_MAP), step: 1 },
    },
  },
];
