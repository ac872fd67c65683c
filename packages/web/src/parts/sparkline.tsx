import { memo } from "react";

interface Props {
  readonly values: readonly number[];
  readonly at?: readonly number[];
  readonly span?: { readonly from: number; readonly to: number };
  readonly width?: number;
  readonly height?: number;
  readonly label: string;
  /** For what is none where it is zero: a rate. */
  readonly fromZero?: boolean;
  /** Drawn faintly where the values would reach it within the picture. */
  readonly colour?: string;
}

/** A line without axes. It begins at zero only where the values come near it: what counts is the course. */
export const Sparkline = memo(function Sparkline({
  values,
  at,
  span,
  width = 300,
  height = 24,
  label,
  colour = "var(--tide)",
  fromZero = false,
}: Props) {
  if (values.length < 2) return <span className="tiny">not enough yet</span>;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const floor = fromZero ? 0 : high - low < high * 0.08 ? high - Math.max(high * 0.25, 1e-9) * 2 : low;
  const place = (i: number) => (at && span ? ((at[i]! - span.from) / (span.to - span.from)) * width : (i * width) / (values.length - 1));
  const rise = high - floor === 0 ? 1 : high - floor;
  const path = values.map(
    (value, i) => `${i === 0 ? "M" : "L"}${place(i).toFixed(1)} ${(height - 2 - ((value - floor) / rise) * (height - 4)).toFixed(1)}`,
  );
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      style={{ height, width: "100%" }}
      role="img"
      aria-label={label}
    >
      <path d={path.join("")} fill="none" stroke={colour} strokeWidth="1.600" vectorEffect="non-scaling-stroke" />
    </svg>
  );
});
