import type { Evidence, EvidenceKind, Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import type { Window } from "../../charts/viewport.ts";
import { formatCount, formatMoment } from "../../format.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { numbersOf } from "./numbers.ts";

/** Every piece of evidence with its numbers and where it comes from, for and against; and what could not be seen. */
export function EvidenceList({ finding, span }: { readonly finding: Finding; readonly span: Window }) {
  const { evidence, missing, otherChanges, logs } = finding;
  const now = Date.now();
  return (
    <>
      <section className="panel c12 evidence-panel">
        <h2>Evidence</h2>
        <Table label="Evidence" className="evidence" columns={columnsOf(finding, span)} rows={evidence} />
      </section>
      {logs.length > 0 && (
        <section className="panel c7">
          <h2>Log patterns that came up with it</h2>
          {logs.map((log) => (
            <div key={log.pattern} className="log-line">
              <span className="tiny">
                {log.level} · {formatCount(log.count)}× · since {formatMoment(Date.parse(log.first), now)}
                {log.logger === null ? "" : ` · ${log.logger}`}
              </span>
              <code>{log.example.slice(0, 1000)}</code>
            </div>
          ))}
        </section>
      )}
      <section className={logs.length > 0 ? "panel c5" : "panel c12"}>
        <h2>What is missing, and what else may be the cause</h2>
        {missing.length === 0 && otherChanges.length === 0 && (
          <p className="muted">Nothing is missing, and no other change fits the onset.</p>
        )}
        {missing.map(({ what, why, next }) => (
          <p key={what}>
            <b>{what}</b>: {why}. <span className="muted">Next: {next}</span>
          </p>
        ))}
        {otherChanges.map(({ id, title, at }) => (
          <p key={id} className="muted">
            Not excluded by the onset: {title}, {formatMoment(Date.parse(at), now)}.
          </p>
        ))}
      </section>
    </>
  );
}

const columnsOf = (finding: Finding, span: Window): Column<Evidence>[] => [
  {
    title: "kind",
    cell: (one) => <span className={`chip ${one.for ? "info" : "healthy"}`}>{one.for ? one.kind : `against: ${one.kind}`}</span>,
  },
  { title: "what was seen", className: "lead", cell: ({ statement }) => statement },
  { title: "numbers", className: "tiny", cell: (one) => numbersOf(one, finding) },
  {
    title: "source",
    className: "tiny",
    cell: ({ source, kind }) => (
      <>
        {source}
        <Chart kind={kind} finding={finding} span={span} />
      </>
    ),
  },
];

/** Which page draws what a kind of evidence was seen on. */
const CHARTS: Readonly<
  Record<EvidenceKind, readonly [to: "/processes/$key" | "/instances" | "/allocations" | "/flow" | "/logs", says: string]>
> = {
  trend: ["/processes/$key", "in the tide chart"],
  limit: ["/processes/$key", "in the tide chart"],
  change: ["/processes/$key", "in the tide chart"],
  "class-growth": ["/instances", "among all classes"],
  law: ["/flow", "in the data flow"],
  gap: ["/flow", "in the data flow"],
  allocation: ["/allocations", "in the flame graph"],
  holder: ["/allocations", "in the flame graph"],
  log: ["/logs", "in the log"],
};

function Chart({ kind, finding, span }: { readonly kind: EvidenceKind; readonly finding: Finding; readonly span: Window }) {
  const [to, says] = CHARTS[kind];
  const { key } = finding.process;
  const search = {
    from: Math.floor(span.from),
    to: Math.ceil(span.to),
    ...(to !== "/flow" && to !== "/processes/$key" && { process: key }),
  };
  return (
    <div className="no-export">
      <Link to={to} params={{ key }} search={search} className="link">
        {says}
      </Link>
    </div>
  );
}
