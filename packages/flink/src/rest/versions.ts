import { z } from "zod";

/**
 * All that differs between the versions of Flink that are supported; nothing else in this package asks for a version.
 *
 * Seen on 1.20.5 and 2.3.0. The rest that changed between them (jobs' `host` fields, `program-args`, segments of a TaskManager) is not used.
 */
export const SUPPORTED_VERSIONS = "1.20 and 2.x";

/** `2.3.0`, `2.4-SNAPSHOT`, `1.20.5-custom`. */
export function isSupported(version: string): boolean {
  const [major, minor] = version.split(/[.-]/).map(Number);
  return major === 2 || (major === 1 && minor === 20);
}

/**
 * Metrics are a bare array in all of these versions; the OpenAPI description, and with it some proxies and forks, wraps it in
 * `{"metrics": [..]}`.
 */
function bareOrWrapped<T extends z.ZodType>(metric: T) {
  return z.union([z.array(metric), z.object({ metrics: z.array(metric) }).transform((answer) => answer.metrics)]);
}

export const MetricIdsAnswer = bareOrWrapped(z.object({ id: z.string() }));
/** Values come as strings; one that is no number ("n/a", a JSON text of a user's gauge) is null. */
export const MetricValuesAnswer = bareOrWrapped(z.object({ id: z.string(), value: z.union([z.string(), z.number()]).transform(finite) }));
/** Aggregated over subtasks; a number here, "NaN" as a string where no subtask had one. */
export const MetricSumsAnswer = bareOrWrapped(z.object({ id: z.string(), sum: z.union([z.string(), z.number()]).transform(finite) }));

function finite(value: string | number): number | null {
  const number = typeof value === "number" ? value : value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

/** The body of `POST /jars/:id/run`: 2.x knows only the list of arguments, 1.20 knows it too. */
export function runRequest(options: {
  entryClass?: string;
  args?: readonly string[];
  parallelism?: number;
  savepoint?: string;
}): Record<string, unknown> {
  return {
    ...(options.entryClass !== undefined && { entryClass: options.entryClass }),
    ...(options.args !== undefined && { programArgsList: options.args }),
    ...(options.parallelism !== undefined && { parallelism: options.parallelism }),
    ...(options.savepoint !== undefined && { savepointPath: options.savepoint }),
  };
}
