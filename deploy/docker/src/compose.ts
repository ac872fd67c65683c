import { z } from "zod";

/** The part of the Compose file format that is used here; a key that is not in it is a mistake, or is to be added. Source: github.com/compose-spec/compose-spec, schema of 2025. */
const port = z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, "is published beyond this host");
const duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const Service = z.strictObject({
  image: z.string(),
  build: z
    .strictObject({ context: z.string(), dockerfile: z.string(), additional_contexts: z.record(z.string(), z.string()).optional() })
    .optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  ports: z.array(port).optional(),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[\w/-]+$/)).optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(["service_started", "service_healthy"]), restart: z.boolean().optional() }))
    .optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()).min(2), interval: duration, timeout: duration, retries: z.int().positive() })
    .optional(),
  pid: z
    .string()
    .regex(/^service:[a-z]+$/)
    .optional(),
  user: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
  init: z.boolean().optional(),
  restart: z.enum(["unless-stopped"]),
  mem_limit: z
    .string()
    .regex(/^\d+[mg]$/)
    .optional(),
  profiles: z.array(z.string()).optional(),
});

export const ComposeFile = z.strictObject({
  name: z.string(),
  "x-flink": z.unknown(),
  services: z.record(z.string().regex(/^[a-z]+$/), Service),
  volumes: z.record(z.string(), z.null()),
});
export type ComposeFile = z.infer<typeof ComposeFile>;

/** Names that lead nowhere. @returns sentences, none where all is well */
export function danglingNames({ services, volumes }: ComposeFile): string[] {
  const known = new Set(Object.keys(services));
  return Object.entries(services).flatMap(([name, { depends_on = {}, pid, volumes: mounts = [], build, profiles }]) => [
    ...Object.entries(depends_on).flatMap(([other, { condition }]) => {
      if (!known.has(other)) return [`${name} depends on ${other}, which is not there`];
      if (condition === "service_healthy" && !services[other]!.healthcheck)
        return [`${name} waits for the health of ${other}, which has no check`];
      return profiles === undefined && services[other]!.profiles ? [`${name} depends on ${other}, which is in a profile`] : [];
    }),
    ...(pid === undefined || known.has(pid.slice("service:".length)) ? [] : [`${name} joins ${pid}, which is not there`]),
    ...mounts
      .map((mount) => mount.split(":")[0]!)
      .filter((volume) => !(volume in volumes))
      .map((volume) => `${name} mounts ${volume}, which is not there`),
    ...Object.values(build?.additional_contexts ?? {})
      .filter((context) => !known.has(context.replace(/^service:/, "")))
      .map((context) => `${name} is built from ${context}, which is not there`),
  ]);
}
