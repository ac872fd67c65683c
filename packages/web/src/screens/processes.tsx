import { useState } from "react";
import { FirstProcess } from "../parts/first-process.tsx";
import { useOverview } from "../parts/overview.ts";
import { Crumb } from "../parts/page-head.tsx";
import { ProcessTable } from "../parts/process-table.tsx";
import { Failure, Loading } from "../parts/states.tsx";
import { useSpan } from "../span.ts";

export function Processes() {
  const { now } = useSpan();
  const [words, setWords] = useState("");
  const { data, error } = useOverview();
  const shown = data?.processes.filter(({ process, jobs, verdict }) =>
    `${process.name} ${process.role} ${verdict} ${jobs.join(" ")}`.toLowerCase().includes(words.toLowerCase()),
  );
  return (
    <>
      <Crumb title="Processes">
        <b>Processes</b>
      </Crumb>
      <h1 className="hidden-text">Processes</h1>
      {error && <Failure failure={error} />}
      {data === undefined && !error && <Loading what="the processes" />}
      {data !== undefined && data.processes.length === 0 && <FirstProcess />}
      {data !== undefined && shown !== undefined && data.processes.length > 0 && (
        <div className="stack">
          <div className="row">
            <input
              className="control"
              type="search"
              placeholder="name, job, verdict …"
              aria-label="Filter processes"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <span className="tiny" role="status">
              {shown.length} of {data.processes.length}
            </span>
          </div>
          <ProcessTable overview={{ ...data, processes: shown }} now={now} />
        </div>
      )}
    </>
  );
}
