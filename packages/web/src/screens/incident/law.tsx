import { formatRatio } from "@heaptide/base";
import type { Finding, FlowView, Driver } from "@heaptide/model";
import { useAnswer } from "../../api/queries.ts";
import { placeOf } from "../../charts/tide/tide.ts";
import { EACH, formatCount, simpleName } from "../../format.ts";
import { useClasses } from "./classes.ts";

const RIVALS_NAMED = 3;

function rivalsOf(rivals: readonly Driver[]): string {
  const names = [...new Set(rivals.map(({ operator, kind }) => operator ?? EACH[kind]))];
  const rest = names.length - RIVALS_NAMED;
  return `${names.slice(0, RIVALS_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

interface Props {
  readonly finding: Finding;
  readonly span: { readonly from: number; readonly to: number };
}

/** The count of the root class against the count of what drives it: a line through the points is a law. */
export function LawOfGrowth({ finding, span }: Props) {
  const { law, rootClass, verification } = finding;
  return (
    <section className="panel c5">
      <h2>Law of growth</h2>
      {law === null ? (
        <p className="muted">No operator, checkpoint or clock explains the growth so far.</p>
      ) : (
        <div className="law">
          <Points finding={finding} span={span} />
          <div>
            <div className="big">
              {formatRatio(law.ratio.value)} per {EACH[law.kind]}
            </div>
            <p className="muted">
              {rootClass === null ? "Units" : simpleName(rootClass)}: between {formatRatio(law.ratio.low)} and {formatRatio(law.ratio.high)}
              {law.operator !== null && (
                <>
                  , through <b>{law.operator}</b>
                </>
              )}
              . {law.rivals.length === 0 ? "No other operator, checkpoint or clock fits as well." : `As well fit: ${rivalsOf(law.rivals)}.`}
            </p>
            {verification?.after && (
              <p className="tiny">
                after the fix: {formatRatio(verification.after.value)} ({formatRatio(verification.after.low)} to{" "}
                {formatRatio(verification.after.high)})
                {verification.elements !== null && `, ${formatCount(verification.elements)} elements so far`}
              </p>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

/** Drawn where each count of the driver is known at every time: elements, or seconds. */
function Points({ finding: { law, rootClass, process, onset, verification }, span }: Props) {
  const courses = useClasses(process.key, rootClass === null ? [] : [rootClass], span);
  const { data: flow } = useAnswer<FlowView>("/flow", { from: Math.floor(span.from), to: Math.ceil(span.to), points: 2000 });
  const course = rootClass === null ? undefined : courses.get(rootClass);
  const counts = law === null ? null : countsOf(law, flow);
  if (course === undefined || counts === null) return null;
  const [from, to] = [Math.max(Date.parse(onset.from), counts.from), verification === null ? span.to : Date.parse(verification.change.at)];
  const points = course.at.flatMap((at, i) => (at >= from && at <= to ? [{ x: counts.until(at), y: course.instances[i]! }] : []));
  if (points.length < 3) return null;
  const [right, top] = [Math.max(...points.map(({ x }) => x)), Math.max(...points.map(({ y }) => y))];
  const [left, bottom] = [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y))];
  const px = (x: number) => 30 + ((x - left) / Math.max(1, right - left)) * 176;
  const py = (y: number) => 128 - ((y - bottom) / Math.max(1, top - bottom)) * 108;
  return (
    <svg viewBox="0 0 220 150" className="law-points" role="img" aria-label={`${points.length} snapshots lie on a line`}>
      <line x1="24" y1="132" x2="214" y2="132" stroke="var(--line)" />
      <line x1="24" y1="10" x2="24" y2="132" stroke="var(--line)" />
      <line
        x1={px(left)}
        y1={py(points[0]!.y)}
        x2={px(right)}
        y2={py(points[0]!.y + law!.ratio.value * (right - left))}
        stroke="var(--tide)"
        strokeWidth="1.500"
        opacity=".6"
      />
      {points.map(({ x, y }) => (
        <circle key={`${x} ${y}`} cx={px(x)} cy={py(y)} r="2.600" fill="var(--tide)" />
      ))}
      <text className="axis" x="214" y="147" textAnchor="end">
        {formatCount(Math.round(right - left))} {counts.unit}
      </text>
      <text className="axis" x="30" y="12">
        {formatCount(top)} instances
      </text>
    </svg>
  );
}

interface Counts {
  readonly unit: "elements" | "seconds";
  /** Nothing is known of earlier times. */
  readonly from: number;
  readonly until: (time: number) => number;
}

function countsOf({ kind, jobId, operator: named }: Driver, flow: FlowView | undefined): Counts | null {
  if (kind === "wall-time") return { unit: "seconds", from: 0, until: (time) => time / 1000 };
  if (kind !== "records-in") return null;
  const driver = flow?.jobs.find(({ job }) => job === jobId)?.operators.find(({ operator }) => operator === named);
  if (driver === undefined || driver.at.length < 2) return null;
  return { unit: "elements", from: driver.at[0]!, until: accumulated(driver) };
}

/** Elements since the first point at a time, from the rates between looks. */
function accumulated({
  at,
  perSecond,
}: {
  readonly at: readonly number[];
  readonly perSecond: readonly number[];
}): (time: number) => number {
  const sums = [0];
  for (let i = 1; i < at.length; i++) sums.push(sums[i - 1]! + (perSecond[i]! * (at[i]! - at[i - 1]!)) / 1000);
  return (time) => {
    const place = Math.min(at.length - 1, Math.max(0, placeOf(at, time + 1) - 1));
    const next = Math.min(at.length - 1, place + 1);
    const share = next === place ? 0 : (time - at[place]!) / (at[next]! - at[place]!);
    return sums[place]! + share * (sums[next]! - sums[place]!);
  };
}
