import type { AllocationsView, Line } from "@heaptide/model";
import { type FlameFrame, type FlameNode, flameOf } from "../../charts/flame.ts";
import { simpleName } from "../../format.ts";

type Frame = AllocationsView["stacks"][number][number];

const fileOf = (name: string): string => `${simpleName(name).split("$")[0]}.java`;
const placeOfFrame = (frame: Frame): string => (frame.line > 0 ? `${fileOf(frame.class)}:${frame.line}` : fileOf(frame.class));

const flameFrame = (frame: Frame): FlameFrame => ({
  name: `${simpleName(frame.class)}.${frame.method}`,
  detail: `${frame.class}.${frame.method}(${placeOfFrame(frame)})`,
  isUser: frame.user,
});

/** Samples by stack, outermost frame first; those without a stack stand beside the others. */
export function stackFlame(name: string, view: AllocationsView, samples: readonly { readonly stack: number }[]): FlameNode {
  return flameOf(
    name,
    samples.map(({ stack }) => ({
      frames: (view.stacks[stack] ?? [])
        .filter(({ hidden }) => !hidden)
        .map(flameFrame)
        .reverse(),
      weight: 1,
    })),
  );
}

export interface UserLine {
  readonly line: string;
  readonly place: string;
  readonly target: Line;
  readonly objects: number;
  readonly threads: number;
  readonly classes: readonly string[];
}

/** The innermost frame of user code of each sample, counted. */
export function linesOf(view: AllocationsView): UserLine[] {
  const found = new Map<string, { place: string; target: Line; objects: number; threads: number; classes: Map<string, number> }>();
  const lineOf = (stack: number) => {
    const frame = view.stacks[stack]?.find(({ user, hidden, line }) => user && !hidden && line > 0);
    if (frame === undefined) return null;
    const line = `${frame.class}.${frame.method}`;
    const own = found.get(`${line}:${frame.line}`) ?? {
      place: placeOfFrame(frame),
      target: { class: frame.class, method: frame.method, file: fileOf(frame.class), line: frame.line },
      objects: 0,
      threads: 0,
      classes: new Map<string, number>(),
    };
    found.set(`${line}:${frame.line}`, own);
    return own;
  };
  for (const { stack, class: name } of view.oldObjects) {
    const line = lineOf(stack);
    if (line === null) continue;
    line.objects++;
    line.classes.set(simpleName(name), (line.classes.get(simpleName(name)) ?? 0) + 1);
  }
  for (const { stack } of view.threadStarts) {
    const line = lineOf(stack);
    if (line !== null) line.threads++;
  }
  return [...found]
    .map(([line, { classes, ...rest }]) => ({
      line: line.replace(/:\d+$/, ""),
      ...rest,
      classes: [...classes].sort((a, b) => b[1] - a[1]).map(([name]) => name),
    }))
    .sort((a, b) => b.objects + b.threads - a.objects - a.threads);
}

/** Old objects by what keeps them alive: from the root down to the object. */
export function holderFlame(view: AllocationsView): FlameNode {
  return flameOf(
    "all old objects",
    view.oldObjects.map((object) => {
      const root =
        object.root === null
          ? "no path to a root was recorded"
          : `${object.root.system}: ${object.root.type}${object.root.description ? ` ${object.root.description}` : ""}`;
      const chain = object.chain.map(({ class: name, field, arraySize, skipped }): FlameFrame => {
        const what =
          field !== null
            ? `${simpleName(name)}.${field}`
            : arraySize !== null
              ? `${simpleName(name)} (array of ${arraySize})`
              : simpleName(name);
        return {
          name: what,
          detail: `${name}${field === null ? "" : `.${field}`}${skipped > 0 ? ` (${skipped} steps left out)` : ""}`,
          isUser: false,
        };
      });
      return {
        frames: [
          { name: root, detail: root, isUser: false },
          ...chain.toReversed(),
          { name: simpleName(object.class), detail: object.class, isUser: true },
        ],
        weight: 1,
      };
    }),
  );
}
