import { formatBytes, formatDuration } from "@heaptide/base";
import type { Finding, MeasureSeries } from "@heaptide/model";
import { useAnswer } from "../../api/queries.ts";

interface Props {
  readonly finding: Finding;
  readonly end: number;
}

/** The live set after the change that brought the leak, and after the one that may have ended it, at equal time since each. */
export function BeforeAfter({ finding, end }: Props) {
  const { verification } = finding;
  return (
    <section className="panel c5">
      <h2>Before and after the fix, at equal time since the deployment</h2>
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
  const before = lives.filter(({ at }) => at >= start && at < fix).map(({ at, value }) => ({ age: at - start, value }));
  const after = lives.filter(({ at }) => at >= fix).map(({ at, value }) => ({ age: at - fix, value }));
  if (before.length < 2) return <p className="muted">There are too few snapshots before the change for a picture.</p>;
  const longest = Math.max(...[...before, ...after].map(({ age }) => age), 1);
  const top = Math.max(...[...before, ...after].map(({ value }) => value)) * 1.08;
  const path = (points: typeof before) =>
    points
      .map(({ age, value }, i) => `${i === 0 ? "M" : "L"}${((age / longest) * 396).toFixed(1)} ${(130 - (value / top) * 122).toFixed(1)}`)
      .join("");
  const last = after.at(-1);
  const equal = last && before.findLast(({ age }) => age <= last.age);
  return (
    <>
      <svg viewBox="0 0 400 150" className="before-after" role="img" aria-label="live set before and after the fix">
        <line x1="0" y1="130" x2="400" y2="130" stroke="var(--line)" />
        <path d={path(before)} stroke="var(--leaking)" strokeWidth="2" fill="none" />
        <path d={path(after)} stroke="var(--healthy)" strokeWidth="2" fill="none" />
        {last && <circle cx={(last.age / longest) * 396} cy={130 - (last.value / top) * 122} r="3.500" fill="var(--healthy)" />}
        <text className="axis" x="0" y="146">
          deployed
        </text>
        <text className="axis" x="400" y="146" textAnchor="end">
          {formatDuration(Math.round(longest / 1000) * 1000)} later
        </text>
      </svg>
      <div className="row tiny">
        <span className="swatch leaking" /> before{equal ? `: ${formatBytes(equal.value)}` : ""}
        <span className="swatch healthy" /> after
        {last ? `: ${formatBytes(last.value)}, ${formatDuration(last.age)} after the deployment` : ": nothing seen yet"}
      </div>
    </>
  );
}
