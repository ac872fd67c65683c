import type { FlowView } from "@heaptide/model";
import { formatCount } from "../../../format.ts";
import { type LaneProps, Note, Strip } from "./strip.tsx";

/** Elements per second into the operator that the law names, and where none came. */
export function FlowLane({ finding, x, marks, flow, span, at: shown }: LaneProps & { readonly flow: FlowView | undefined }) {
  const height = 34;
  const operator = finding.law?.operator;
  const bars = (flow?.jobs ?? []).flatMap(({ operators }) => {
    const chosen = operators.find((one) => one.operator === operator) ?? operators[1] ?? operators[0];
    return chosen === undefined
      ? []
      : chosen.at.map((at, i) => ({ at, from: chosen.at[i - 1] ?? at - 10_000, rate: chosen.perSecond[i]! }));
  });
  const top = Math.max(...bars.map(({ rate }) => rate), 1e-9);
  const last = bars.toSorted((a, b) => a.at - b.at).findLast(({ from }) => from <= shown);
  const gaps = (flow?.gaps ?? []).map((gap) => ({ ...gap, to: gap.to ?? span.to }));
  return (
    <Strip
      name="Data flow"
      value={last === undefined ? "–" : `${formatCount(Math.round(last.rate * 10) / 10)} /s`}
      note={operator ? `into ${operator}` : "elements"}
      height={height}
      notes={gaps.map((gap) => (
        <Note key={gap.id} place={x(gap.from)} colour="var(--leaking)" end>
          gap&nbsp;
        </Note>
      ))}
    >
      {bars.map(({ at, from, rate }) => (
        <rect
          key={at}
          x={x(from) + 1}
          width={Math.max(1, x(at) - x(from) - 2)}
          y={height - (rate / top) * (height - 8)}
          height={Math.max(0.6, (rate / top) * (height - 8))}
          fill="var(--ink-3)"
          opacity=".6"
        />
      ))}
      {gaps.map((gap) => (
        <rect key={gap.id} x={x(gap.from)} width={Math.max(2, x(gap.to) - x(gap.from))} y={height - 3} height="3" fill="var(--leaking)" />
      ))}
      {marks}
    </Strip>
  );
}
