import { formatDuration } from "@heaptide/base";
import type { Diagnosis, FlowView, JobFlow } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useAnswer } from "../../api/queries.ts";
import { formatMoment } from "../../format.ts";

interface Props {
  readonly gaps: FlowView["gaps"];
  readonly jobs: readonly JobFlow[];
  readonly now: number;
}

/** Where data was expected and not seen, each with the incident that explains it. */
export function GapList({ gaps, jobs, now }: Props) {
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
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
            {gaps.map((gap) => {
              const cause = diagnosis?.findings.find((finding) => explains(finding, gap.from, now));
              return (
                <tr key={gap.id}>
                  <td>{gap.title}</td>
                  <td className="muted">{jobs.find(({ job }) => job === gap.job)?.name ?? ""}</td>
                  <td>{formatMoment(gap.from, now)}</td>
                  <td className="r">
                    {gap.to === null ? <b className="up">still, {formatDuration(now - gap.from)}</b> : formatDuration(gap.to - gap.from)}
                  </td>
                  <td>
                    {cause ? (
                      <Link to="/incidents/$id" params={{ id: cause.id }} className="link">
                        {cause.headline}
                      </Link>
                    ) : (
                      <span className="muted">nothing that was found</span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** A gap that begins while something leaks, or soon after, is that leak's. */
function explains({ onset, verification }: Diagnosis["findings"][number], from: number, now: number): boolean {
  const end = verification === null ? now : Date.parse(verification.change.at);
  return from >= Date.parse(onset.from) && from <= end + 300_000;
}
