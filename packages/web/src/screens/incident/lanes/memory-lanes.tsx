import { formatBytes } from "@heaptide/base";
import type { ThinnedLife } from "@heaptide/model";
import { topOf, valueNear } from "../../../charts/tide/tide.ts";
import { formatCount } from "../../../format.ts";
import { type LaneProps, linePath, Strip, surfPath, WIDTH } from "./strip.tsx";

/** The live set as the bold line, what was used in between as the faint one, the limit thin and red. */
export function HeapLane({
  finding,
  at,
  x,
  marks,
  used,
  live,
  end,
}: LaneProps & {
  readonly used: readonly ThinnedLife[];
  readonly live: readonly ThinnedLife[];
  /** The present: a projection begins there. */
  readonly end: number;
}) {
  const height = 150;
  const limit = finding.resource === "heap" ? (finding.limit?.value ?? null) : null;
  const top = topOf({ surf: used, tide: live, limit });
  const y = (value: number) => height - (value / top) * height;
  const { exhaustion, verification } = finding;
  const present = valueNear(live, end);
  const shown = valueNear(live, at);
  return (
    <Strip
      name="Heap"
      value={shown === null ? "–" : formatBytes(shown)}
      note={`live set${limit === null ? "" : ` of ${formatBytes(limit)}`}`}
      height={height}
    >
      {limit !== null && (
        <line x1="0" x2={WIDTH} y1={y(limit)} y2={y(limit)} stroke="var(--leaking)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
      )}
      <Paths lives={used} pathOf={(life) => surfPath(life, x, y)} colour="var(--surf)" width={1} />
      <Paths lives={live} pathOf={(life) => linePath(life, x, y)} colour="var(--tide)" width={2.4} />
      {exhaustion && limit !== null && present !== null && verification === null && (
        <path
          d={`M${x(end)} ${y(present)}L${x(end + exhaustion.low * 1000)} ${y(limit)}L${x(end + exhaustion.high * 1000)} ${y(limit)}Z`}
          fill="var(--leaking)"
          opacity=".12"
        />
      )}
      {marks}
    </Strip>
  );
}

export function ThreadsLane({ x, marks, lives, at }: LaneProps & { readonly lives: readonly ThinnedLife[] }) {
  const height = 42;
  const top = Math.max(...lives.flatMap(({ max }) => max), 1);
  const y = (value: number) => height - 3 - (value / top) * (height - 6);
  return (
    <Strip name="Threads" value={formatCount(valueNear(lives, at) ?? 0)} note={`${formatCount(top)} at the most`} height={height}>
      <Paths lives={lives} pathOf={(life) => linePath(life, x, y)} colour="var(--ink-2)" width={1.6} />
      {marks}
    </Strip>
  );
}

interface PathsProps {
  readonly lives: readonly ThinnedLife[];
  readonly pathOf: (life: ThinnedLife) => string;
  readonly colour: string;
  readonly width: number;
}

/** A line for each life: a restart begins a new one. */
const Paths = ({ lives, pathOf, colour, width }: PathsProps) =>
  lives.map((life) => (
    <path
      key={life.incarnation}
      d={pathOf(life)}
      fill="none"
      stroke={colour}
      strokeWidth={width}
      vectorEffect="non-scaling-stroke"
      strokeLinejoin="round"
    />
  ));
