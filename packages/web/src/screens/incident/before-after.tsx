import { formatBytes, formatDuration } from "@heaptide/base";
import type { Finding, MeasureSeries } from "@heaptide/model";
import { useAnswer } from "../../api/queries.ts";
import { formatSigned } from "../../format.ts";

interface Props {
  readonly finding: Finding;
  readonly end: number;
}

/**
 * How much the live set grew since the change that brought the leak, and since the one that may have ended it, at equal time since each. Not its level: what a leak has
 * taken stays until the process restarts, fixed or not.
 */
export function BeforeAfter({ finding, end }: Props) {
  const { verification } = finding;
  return (
    <section className="panel c5 verification">
      <h2>Growth of the live set since each deployment</h2>
      {verification === null ? (
        <p className="muted">
          Nothing was changed since. The next deployment of the job, or restart of the process, begins the verification by itself.
        </p>
      ) : (
        <>
          <Picture finding={finding} end={end} />
          <p className="tiny">{verification.statement}</p>
          {verification.needed !== null && <p className="tiny">Still needed: {verification.needed}.</p>}
        </>
      )}
    </section>
  );
}

function Picture({ finding, end }: Props) {
  const { process, change, onset, verification } = finding;
  const start = change === null ? Date.parse(onset.from) : Date.parse(change.at);
  const fix = Date.parse(verification!.change.at);
  const { data } = useAnswer<MeasureSeries[]>(`/processes/${encodeURIComponent(process.key)}/series`, {
    measure: "heap.live,heap.after-gc",
    points: 2000,
    from: Math.floor(start),
    to: Math.ceil(end),
  });
  const lives = (data?.find(({ lives: found }) => found.length > 0)?.lives ?? []).flatMap(({ at, last }) =>
    at.map((time, i) => ({ at: time, value: last[i]! })),
  );
  const before = grownSince(
    lives.filter(({ at }) => at >= start && at < fix),
    start,
  );
  const after = grownSince(
    lives.filter(({ at }) => at >= fix),
    fix,
  );
  if (before.length < 2) return <p className="muted">There are too few snapshots before the change for a picture.</p>;
  const all = [...before, ...after];
  const longest = Math.max(...all.map(({ age }) => age), 1);
  const [bottom, top] = [Math.min(0, ...all.map(({ grown }) => grown)), Math.max(...all.map(({ grown }) => grown), 1)];
  const x = (age: number) => ((age / longest) * 396).toFixed(1);
  const y = (grown: number) => (128 - ((grown - bottom) / (top - bottom)) * 118).toFixed(1);
  const path = (points: typeof before) => points.map(({ age, grown }, i) => `${i === 0 ? "M" : "L"}${x(age)} ${y(grown)}`).join("");
  const last = after.at(-1);
  const equal = last && before.findLast(({ age }) => age <= last.age);
  return (
    <>
      <svg viewBox="0 0 400 150" className="before-after" role="img" aria-label="growth of the live set before and after the fix">
        <line x1="0" y1={y(0)} x2="400" y2={y(0)} stroke="var(--line)" />
        <path d={path(before)} stroke="var(--leaking)" strokeWidth="2" fill="none" />
        <path d={path(after)} stroke="var(--healthy)" strokeWidth="2" fill="none" />
        {last && <circle cx={x(last.age)} cy={y(last.grown)} r="3.500" fill="var(--healthy)" />}
        <text className="axis" x="0" y="146">
          deployed
        </text>
        <text className="axis" x="400" y="146" textAnchor="end">
          {formatDuration(Math.round(longest / 1000) * 1000)} later
        </text>
      </svg>
      <div className="row tiny">
        <span className="swatch leaking" /> before{equal ? `: ${formatSigned(equal.grown, formatBytes)}` : ""}
        <span className="swatch healthy" /> after
        {last ? `: ${formatSigned(last.grown, formatBytes)}, ${formatDuration(last.age)} after it` : ": nothing seen yet"}
      </div>
    </>
  );
}

/** From the first value on. Within one stretch of time: a restart in between begins anew by itself. */
const grownSince = (points: readonly { readonly at: number; readonly value: number }[], start: number) =>
  points.map(({ at, value }) => ({ age: at - start, grown: value - points[0]!.value }));
