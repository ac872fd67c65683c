import { maskedValue } from "@heaptide/jvm";
import type { ChangeSeen } from "@heaptide/model";
import { z } from "zod";

const Container = z.object({
  name: z.string(),
  image: z.string().default(""),
  args: z.array(z.string()).default([]),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  resources: z.object({ limits: z.record(z.string(), z.union([z.string(), z.number()])).optional() }).default({}),
});
const Metadata = z.object({ name: z.string(), uid: z.string(), generation: z.number().default(0) });

/** A Deployment or StatefulSet, as far as it says what runs. */
export const Workload = z.object({
  metadata: Metadata,
  spec: z.object({ replicas: z.number().optional(), template: z.object({ spec: z.object({ containers: z.array(Container) }) }) }),
});
export type Workload = z.infer<typeof Workload>;

const Terminated = z.object({ exitCode: z.number(), reason: z.string().optional(), finishedAt: z.string().nullable().optional() });
const ContainerStatus = z.object({
  name: z.string(),
  restartCount: z.number(),
  image: z.string().default(""),
  lastState: z.object({ terminated: Terminated.optional() }).default({}),
  state: z.object({ terminated: Terminated.optional() }).default({}),
});
export const Pod = z.object({
  metadata: Metadata,
  status: z.object({ containerStatuses: z.array(ContainerStatus).default([]) }).default({ containerStatuses: [] }),
});
export type Pod = z.infer<typeof Pod>;

const MOST_TOLD = 20;

/** What a workload says of its containers, flat: `image`, arguments, limits and variables. Values of secrets are masked, and those that come from a Secret are not here at all. */
function saidBy({ spec }: Workload): Map<string, string> {
  const said = spec.template.spec.containers.flatMap(({ name, image, args, env, resources }): [string, string][] => [
    [`${name} image`, image],
    [`${name} args`, maskedValue("", args.join(" "))],
    ...Object.entries(resources.limits ?? {}).map(([resource, value]): [string, string] => [`${name} limit ${resource}`, String(value)]),
    ...env.flatMap((variable): [string, string][] =>
      variable.value === undefined ? [] : [[`${name} ${variable.name}`, maskedValue(variable.name, variable.value)]],
    ),
  ]);
  return new Map([["replicas", String(spec.replicas ?? 1)], ...said]);
}

/** A rollout: what a workload says now and did not before; null where nothing that runs has changed. */
export function rolloutBetween(kind: string, before: Workload, now: Workload, at: number): ChangeSeen | null {
  if (before.metadata.generation === now.metadata.generation) return null;
  const [old, fresh] = [saidBy(before), saidBy(now)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name));
  if (names.length === 0) return null;
  const attributes = names
    .slice(0, MOST_TOLD)
    .map((name): [string, string] => [name, `${old.get(name) ?? "(none)"} → ${fresh.get(name) ?? "(none)"}`]);
  const { name, uid, generation } = now.metadata;
  const what = names.find((one) => one.endsWith(" image")) ?? names[0]!;
  const title = `${kind} ${name} rolled out: ${what} ${Object.fromEntries(attributes)[what] ?? ""}`.slice(0, 300);
  return change(`kubernetes:${uid}:${generation}`, at, title, { ...Object.fromEntries(attributes), workload: name });
}

/** Containers that have ended, each end once; exit code 137 is the kernel's kill, mostly for memory. */
export function endsIn({ metadata, status }: Pod, now: number): ChangeSeen[] {
  return status.containerStatuses.flatMap(({ name, restartCount, image, lastState, state }) => {
    const ended = state.terminated ?? lastState.terminated;
    if (ended === undefined || ended.exitCode === 0) return [];
    const parsed = Date.parse(ended.finishedAt ?? "");
    const at = Number.isNaN(parsed) ? now : parsed;
    const why = ended.exitCode === 137 && ended.reason !== "OOMKilled" ? "killed by the kernel" : (ended.reason ?? "ended");
    const title = `Container ${name} of pod ${metadata.name}: ${why}, exit code ${ended.exitCode}`;
    const attributes = {
      exitCode: String(ended.exitCode),
      reason: ended.reason ?? "",
      restarts: String(restartCount),
      image,
      pod: metadata.name,
    };
    return [change(`kubernetes:${metadata.uid}:${name}:${at}`, at, title, attributes)];
  });
}

const change = (id: string, at: number, title: string, attributes: Record<string, string>): ChangeSeen => ({
  ...{ type: "change", at, id, kind: "configuration", job: null, process: null, title, attributes },
});
