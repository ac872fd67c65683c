import type { Diagnosis, Finding, GapSeen, Verification } from "@heaptide/model";
import type { Situation } from "./situation.ts";

export const NOW = Date.UTC(2026, 10, 23, 12);
export const iso = (at: number): string => new Date(at).toISOString();
export const TASK_MANAGER = { key: "taskmanager@a", name: "TaskManager a", role: "taskmanager" } as const;

/** A leak of the heap that began ten minutes before `NOW`. */
export function finding(spec: Partial<Finding> = {}): Finding {
  const rootClass = spec.rootClass === undefined ? "org.example.Client" : spec.rootClass;
  return {
    id: `${TASK_MANAGER.key}/heap/${rootClass ?? "unknown"}`,
    verdict: "leaking",
    headline: "enrich keeps one Client per element.",
    resource: "heap",
    process: TASK_MANAGER,
    incarnation: { key: "7@1", pid: 7, javaVersion: "17", collector: "G1", startedAt: iso(NOW - 3_600_000) },
    slope: { value: 1e6, low: 9e5, high: 1.1e6, unit: "B/s" },
    limit: { value: 3e8, unit: "B", source: "-Xmx" },
    exhaustion: null,
    group: [],
    law: null,
    line: null,
    holder: null,
    onset: { from: iso(NOW - 600_000), to: iso(NOW - 590_000) },
    change: null,
    otherChanges: [],
    logs: [],
    evidence: [],
    verification: null,
    missing: [],
    ...spec,
    rootClass,
  };
}

export function verification(verdict: Verification["verdict"]): Verification {
  const change = {
    id: "job-2:job-deployed",
    at: iso(NOW),
    kind: "job-deployed",
    title: "job deployed",
    job: "job",
    jobId: "job-2",
  } as const;
  const rest = { before: null, after: null, unit: "per element", elements: null, released: null, needed: null };
  return { verdict, change: { ...change, attributes: {} }, ...rest, statement: `It is ${verdict}.` };
}

export function situation(spec: Partial<Situation> & { readonly findings?: readonly Finding[] } = {}): Situation {
  const { findings = [], at = NOW, ...rest } = spec;
  const diagnosis: Diagnosis = {
    ...{ verdict: findings.length > 0 ? "leaking" : "healthy", from: iso(at - 1000), to: iso(at) },
    ...{ finding: findings[0] ?? null, findings: [...findings], processes: [], missing: [], cost: [] },
  };
  return {
    at,
    watchingSince: NOW - 86_400_000,
    diagnosis,
    gaps: [],
    changes: [],
    processes: new Map([[TASK_MANAGER.key, TASK_MANAGER]]),
    jobs: new Map([["job-1", { name: "enrichment", processes: new Set([TASK_MANAGER.key]) }]]),
    blind: [],
    ...rest,
  };
}

export function gap(spec: Partial<GapSeen> = {}): GapSeen {
  return {
    type: "gap",
    at: NOW,
    id: "gap:job-1:1",
    from: NOW - 30_000,
    to: null,
    job: "job-1",
    title: "enrichment: no element through enrich",
    ...spec,
  };
}
