import { formatDuration } from "@heaptide/base";
import type { AlertRule, Incident } from "@heaptide/model";
import { isActive } from "../incidents/life-cycle.ts";
import type { Situation } from "../incidents/situation.ts";

/** A rule holds for a subject now. `key` is both. */
export interface Condition {
  readonly key: string;
  readonly rule: string;
  readonly title: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly incident: string | null;
  readonly acknowledged: boolean;
}

type Found = Omit<Condition, "key" | "rule"> & { readonly subject: string };

/** Everything that the rules say holds now. Pure. */
export function conditionsOf(rules: readonly AlertRule[], incidents: readonly Incident[], situation: Situation): Condition[] {
  return rules
    .filter(({ enabled }) => enabled)
    .flatMap((rule) =>
      found(rule, incidents, situation).map(({ subject, labels, ...rest }) => ({
        ...rest,
        rule: rule.id,
        key: `${rule.id}:${subject}`,
        labels: { alertname: rule.id, severity: rule.severity, ...labels },
      })),
    );
}

function found(rule: AlertRule, incidents: readonly Incident[], situation: Situation): Found[] {
  const active = incidents.filter(isActive);
  switch (rule.when) {
    case "leaking":
      return active.filter((one) => one.kind === "leak" && one.severity === "critical").map((one) => ofIncident(one, one.headline));
    case "growing":
      return active.filter((one) => one.kind === "leak" && one.severity !== "critical").map((one) => ofIncident(one, one.headline));
    case "exhaustion":
      return active.flatMap((one) => exhaustion(one, rule.within ?? Infinity));
    case "gap":
    case "process-lost":
      // What a leak explains is still missing: it is said once, with the leak's incident.
      return unfinished(rule.when, incidents);
    case "probe-blind":
      return blind(situation);
  }
}

function exhaustion(incident: Incident, within: number): Found[] {
  const left = incident.kind === "leak" && incident.state !== "fix-seen" ? incident.finding?.exhaustion : null;
  if (!left || left.low * 1000 > within) return [];
  const resource = incident.resource ?? "memory";
  const text = `${incident.headline} At its limit in ${formatDuration(left.low * 1000)} to ${formatDuration(left.high * 1000)}.`;
  return [
    {
      ...ofIncident(incident, text),
      title: `${resource} of ${incident.process?.name ?? "a process"} runs out in ${formatDuration(left.low * 1000)}`,
    },
  ];
}

function unfinished(kind: "gap" | "process-lost", incidents: readonly Incident[]): Found[] {
  return incidents.filter((one) => one.kind === kind && isActive(one)).map((one) => ofIncident(one, one.headline));
}

function blind({ blind: probes, watchingSince }: Situation): Found[] {
  return probes
    .filter(({ since }) => since >= watchingSince)
    .map(({ probe, process, code, cause, next }) => ({
      subject: `${process?.key ?? "cluster"}/${probe}`,
      title: `The ${probe} probe sees nothing of ${process?.name ?? "the cluster"}`,
      text: next === null ? cause : `${cause} Next: ${next}`,
      labels: { probe, code, ...(process && { process: process.key }) },
      incident: null,
      acknowledged: false,
    }));
}

function ofIncident(incident: Incident, text: string): Found {
  const { id, process, job, resource, finding } = incident;
  return {
    subject: id,
    title: incident.headline,
    text,
    labels: {
      incident: id,
      ...(process && { process: process.key, process_name: process.name }),
      ...(job !== null && { job }),
      ...(resource !== null && { resource }),
      ...(finding?.rootClass && { class: finding.rootClass }),
    },
    incident: id,
    acknowledged: incident.acknowledged !== null,
  };
}
