import type { FlowView, JobFlow } from "@heaptide/model";

interface Props {
  readonly flows: readonly JobFlow["operators"][number][];
  readonly span: { readonly from: number; readonly to: number };
  readonly gaps: FlowView["gaps"];
  readonly deployments: readonly number[];
  readonly label: string;
}

const WIDTH = 1000;
const HEIGHT = 40;

/** Elements per second as bars, deployments drawn through, gaps on the floor. */
export function FlowBars({ flows, span, gaps, deployments, label }: Props) {
  const x = (at: number) => ((at - span.from) / (span.to - span.from)) * WIDTH;
  const top = Math.max(...flows.flatMap(({ perSecond }) => perSecond), 1e-9);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" style={{ height: HEIGHT }} role="img" aria-label={label}>
      {flows.flatMap(({ at, perSecond }) =>
        at.map((time, i) => {
          const from = x(at[i - 1] ?? time - 10_000);
          const height = Math.max(0.8, (perSecond[i]! / top) * (HEIGHT - 8));
          return (
            <rect
              key={time}
              x={from + 0.5}
              width={Math.max(0.8, x(time) - from - 1)}
              y={HEIGHT - height - 3}
              height={height}
              fill="var(--ink-3)"
              opacity=".6"
            />
          );
        }),
      )}
      {gaps.map(({ id, from, to }) => (
        <rect key={id} x={x(from)} width={Math.max(2, x(to ?? span.to) - x(from))} y={HEIGHT - 3} height="3" fill="var(--leaking)" />
      ))}
      {deployments
        .filter((at) => at > span.from)
        .map((at) => (
          <line
            key={at}
            x1={x(at)}
            x2={x(at)}
            y1="0"
            y2={HEIGHT}
            stroke="var(--change)"
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
        ))}
    </svg>
  );
}
