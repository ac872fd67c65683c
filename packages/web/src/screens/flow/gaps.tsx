import { formatDuration } from "@heaptide/base";
import type { FlowView, JobFlow } from "@heaptide/model";
import { formatMoment } from "../../format.ts";
import { Explained } from "./calendar.tsx";
import { useExplanations } from "./explanations.ts";

interface Props {
  readonly gaps: FlowView["gaps"];
  readonly jobs: readonly JobFlow[];
  readonly now: number;
}

/** Where data was expected and not seen, each with the incident that explains it. */
export function GapList({ gaps, jobs, now }: Props) {
  const explain = useExplanations();
  return (
    <section className="panel">
      <h2>Gaps</h2>
      {gaps.length === 0 ? (
        <p className="muted">No gap in this span: every job that was deployed had elements go through it.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>what is missing</th>
              <th>job</th>
              <th>from</th>
              <th className="r">for</th>
              <th>explained by</th>
            </tr>
          </thead>
          <tbody>
            {gaps.map((gap) => (
              <tr key={gap.id}>
                <td>{gap.title}</td>
                <td className="muted">{jobs.find(({ job }) => job === gap.job)?.name ?? ""}</td>
                <td>{formatMoment(gap.from, now)}</td>
                <td className="r">
                  {gap.to === null ? <b className="up">still, {formatDuration(now - gap.from)}</b> : formatDuration(gap.to - gap.from)}
                </td>
                <td>
                  <Explained explanation={explain(gap)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
