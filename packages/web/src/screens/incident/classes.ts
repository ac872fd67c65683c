import { useAnswer } from "../../api/queries.ts";

export interface ClassCourse {
  readonly name: string;
  readonly at: readonly number[];
  readonly instances: readonly number[];
  readonly bytes: readonly number[];
}

interface Snapshots {
  readonly lives: readonly { readonly at: number[]; readonly classes: readonly { name: string; instances: number[]; bytes: number[] }[] }[];
}

/** Counts of some classes over the live snapshots of the span, of all lives one after the other. */
export function useClasses(
  process: string,
  names: readonly string[],
  span: { from: number; to: number },
): ReadonlyMap<string, ClassCourse> {
  const { data } = useAnswer<Snapshots>(names.length === 0 ? null : `/processes/${encodeURIComponent(process)}/snapshots`, {
    class: names.join(","),
    from: Math.floor(span.from),
    to: Math.ceil(span.to),
  });
  const courses = new Map<string, ClassCourse>();
  for (const { at, classes } of data?.lives ?? []) {
    for (const { name, instances, bytes } of classes) {
      const before = courses.get(name);
      courses.set(name, {
        name,
        at: [...(before?.at ?? []), ...at],
        instances: [...(before?.instances ?? []), ...instances],
        bytes: [...(before?.bytes ?? []), ...bytes],
      });
    }
  }
  return courses;
}
