import type { Diagnosis, Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useAnswer } from "../api/queries.ts";
import { formatInterval, formatMoment } from "../format.ts";
import { FirstProcess } from "../parts/first-process.tsx";
import { useOverview } from "../parts/overview.ts";
import { Crumb } from "../parts/page-head.tsx";
import { ProcessTable } from "../parts/process-table.tsx";
import { Failure, Loading } from "../parts/states.tsx";
import { FindingChip, isFixed, VerdictChip } from "../parts/verdict.tsx";
import { useAbout } from "../span.ts";

/** What leaks, then every process. */
export function Overview() {
  const overview = useOverview();
  const now = useAbout()?.now ?? overview.data?.to ?? 0;
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  return (
    <>
      <Crumb title="Overview">
        <b>Overview</b>
      </Crumb>
      <h1 className="hidden-text">Overview</h1>
      {overview.error && <Failure failure={overview.error} />}
      {overview.data === undefined && !overview.error && <Loading what="the processes" />}
      {overview.data?.processes.length === 0 && <FirstProcess />}
      {overview.data !== undefined && overview.data.processes.length > 0 && (
        <div className="stack">
          {diagnosis?.findings.map((finding) => (
            <FindingRow key={finding.id} finding={finding} now={now} />
          ))}
          {diagnosis !== undefined && diagnosis.findings.length === 0 && (
            <div className="panel row">
              <VerdictChip verdict={diagnosis.verdict} />
              <span className="muted">
                {diagnosis.verdict === "healthy" ? "Nothing grows without bound." : "No finding so far."} Judged at{" "}
                {formatMoment(Date.parse(diagnosis.to), now)}.
              </span>
            </div>
          )}
          <ProcessTable overview={overview.data} now={now} />
        </div>
      )}
    </>
  );
}

function FindingRow({ finding, now }: { readonly finding: Finding; readonly now: number }) {
  const { id, verdict, headline, exhaustion, line, change, verification } = finding;
  const facts = [
    finding.process.name,
    exhaustion && !isFixed(finding) ? `at its limit in ${formatInterval(exhaustion.low, exhaustion.high)}` : null,
    line && `${line.file ?? line.class}:${line.line}`,
    change && `${change.title} ${formatMoment(Date.parse(change.at), now)}`,
    isFixed(finding) ? `fix verified: ${verification!.change.title} ${formatMoment(Date.parse(verification!.change.at), now)}` : null,
  ].filter((fact) => fact !== null && fact !== undefined);
  return (
    <Link to="/incidents/$id" params={{ id }} className={`panel finding-row ${isFixed(finding) ? "healthy" : verdict}`}>
      <FindingChip finding={finding} />
      <span className="what">
        <b>{headline}</b>
        <span className="muted">{facts.join(" · ")}</span>
      </span>
      <span className="control" aria-hidden="true">
        Open
      </span>
    </Link>
  );
}
