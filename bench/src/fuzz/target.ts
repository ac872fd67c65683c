/** A parser under fire. */
export interface FuzzTarget {
  /** Good files, small ones: time goes into parsing, not into copying. */
  readonly seeds: readonly Uint8Array[];
  /** @param input its number. @returns what came out, in a word or two. @throws HeaptideError where the input is refused; anything else is a bug */
  readonly parse: (bytes: Uint8Array, input: number) => Promise<string>;
}

export const TARGETS = {
  hprof: () => import("./hprof-target.ts"),
  jfr: () => import("./jfr-target.ts"),
} satisfies Record<string, () => Promise<{ readonly target: FuzzTarget }>>;

export type TargetName = keyof typeof TARGETS;
