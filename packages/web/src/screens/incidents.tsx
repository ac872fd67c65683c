import type { Diagnosis, Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useAnswer } from "../api/queries.ts";
import { formatMoment } from "../format.ts";
import { Crumb } from "../parts/page-head.tsx";
import { Command, Empty, Failure, Loading } from "../parts/states.tsx";
import { type Column, Table } from "../parts/table.tsx";
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
        <div className="panel flush">
          <Table label="Incidents" columns={columnsOf(now)} rows={data} keyOf={({ id }) => id} />
        </div>
      )}
    </>
  );
}

const columnsOf = (now: number): Column<Answer>[] => [
  { title: "state", cell: ({ finding }) => finding && <FindingChip finding={finding} /> },
  {
    title: "incident",
    className: "lead",
    cell: ({ id, headline, finding }) => (
      <Link to="/incidents/$id" params={{ id }} className="name">
        {headline ?? finding?.headline}
      </Link>
    ),
  },
  { title: "process", className: "muted", cell: ({ finding }) => finding?.process.name },
  { title: "first seen", className: "muted nowrap", cell: ({ firstSeen }) => formatMoment(Date.parse(firstSeen), now) },
  { title: "last seen", className: "muted nowrap", cell: ({ lastSeen }) => formatMoment(Date.parse(lastSeen), now) },
  { title: "fix", className: "muted nowrap", cell: ({ finding }) => finding?.verification?.verdict.replace("-", " ") },
];
