import type { Diagnosis, Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useAnswer } from "../api/queries.ts";
import { formatMoment } from "../format.ts";
import { Crumb } from "../parts/page-head.tsx";
import { Command, Empty, Failure, Loading } from "../parts/states.tsx";
import { FindingChip } from "../parts/verdict.tsx";
import { useAbout } from "../span.ts";

interface Answer {
  readonly id: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly finding: Finding | null;
  readonly headline?: string;
}

/** Everything that was ever found, the latest first. */
export function Incidents() {
  const { data, error } = useAnswer<Answer[]>("/incidents");
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const now = useAbout()?.now ?? Date.now();
  return (
    <>
      <Crumb title="Incidents">
        <b>Incidents</b>
      </Crumb>
      <h1 className="hidden-text">Incidents</h1>
      {error && <Failure failure={error} />}
      {data === undefined && !error && <Loading what="the incidents" />}
      {data?.length === 0 && (
        <div className="panel">
          <Empty title="No incident yet">
            <p>
              {diagnosis?.verdict === "healthy" ? "Nothing grows without bound." : "Nothing was found so far."} The first finding appears
              here by itself, and is kept when its process is gone. To see one, run the demo:
            </p>
            <Command line="heaptide demo" />
          </Empty>
        </div>
      )}
      {data !== undefined && data.length > 0 && (
        <div className="panel flush scroll-x">
          <table>
            <thead>
              <tr>
                <th>state</th>
                <th>incident</th>
                <th>process</th>
                <th>first seen</th>
                <th>last seen</th>
                <th>fix</th>
              </tr>
            </thead>
            <tbody>
              {data.map((incident) => (
                <Row key={incident.id} incident={incident} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Row({ incident: { id, firstSeen, lastSeen, finding, headline }, now }: { readonly incident: Answer; readonly now: number }) {
  return (
    <tr>
      <td>{finding && <FindingChip finding={finding} />}</td>
      <td>
        <Link to="/incidents/$id" params={{ id }} className="name">
          {headline ?? finding?.headline}
        </Link>
      </td>
      <td className="muted">{finding?.process.name}</td>
      <td className="muted nowrap">{formatMoment(Date.parse(firstSeen), now)}</td>
      <td className="muted nowrap">{formatMoment(Date.parse(lastSeen), now)}</td>
      <td className="muted nowrap">{finding?.verification?.verdict.replace("-", " ") ?? ""}</td>
    </tr>
  );
}
