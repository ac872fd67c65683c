import type { Diagnosis } from "@heaptide/model";
import { Link, useParams } from "@tanstack/react-router";
import { useAnswer } from "../../api/queries.ts";
import { useSettledWindow, useViewport, ViewportContext } from "../../charts/viewport.ts";
import { useZoom, useZoomKeys } from "../../charts/zoom.ts";
import { formatAgo, formatInterval } from "../../format.ts";
import { useOverview } from "../../parts/overview.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { Failure, Loading } from "../../parts/states.tsx";
import { isFixed, VerdictChip } from "../../parts/verdict.tsx";
import { Reasons } from "../../parts/why.tsx";
import { type Span, useSpan } from "../../span.ts";
import { Nowhere } from "../../shell.tsx";
import { Charts } from "./charts.tsx";
import { Operators } from "./operators.tsx";

/** One process over time. */
export function ProcessPage() {
  const { key } = useParams({ strict: false }) as { key: string };
  const { span, now } = useSpan();
  const { data: overview, error } = useOverview();
  const row = overview?.processes.find(({ process }) => process.key === key);
  if (error) return <Failure failure={error} />;
  if (overview === undefined || span === null) return <Loading what="the process" />;
  if (row === undefined) return <Nowhere />;
  const { process, incarnation, verdict, why, exhaustion, jobs, finding } = row;
  const facts = [
    incarnation.pid === null ? null : `pid ${incarnation.pid}`,
    incarnation.javaVersion && `Java ${incarnation.javaVersion}`,
    incarnation.collector,
    `started ${formatAgo(incarnation.startedAt, now)}`,
    jobs.length > 0 ? `runs ${jobs.join(", ")}` : null,
  ].filter((fact) => fact !== null && fact !== "");
  return (
    <>
      <Crumb title={process.name}>
        <Link to="/processes">Processes</Link> / <b>{process.name}</b>
      </Crumb>
      <div className="row">
        <VerdictChip verdict={verdict} />
        <span className="tiny">{facts.join(" · ")}</span>
      </div>
      <h1>{process.name}</h1>
      <p className="sub">
        {sentence(why)}
        {exhaustion !== null && (
          <>
            {" "}
            At its limit in <b>{formatInterval(exhaustion.low, exhaustion.high)}</b>.
          </>
        )}
        {finding !== null && (
          <>
            {" "}
            <Link to="/incidents/$id" params={{ id: finding }} className="link">
              The incident
            </Link>
          </>
        )}
      </p>
      <Timeline processKey={key} span={span} />
    </>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

function Timeline({ processKey, span }: { readonly processKey: string; readonly span: Span }) {
  const viewport = useZoom(span);
  useZoomKeys(viewport);
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  return (
    <ViewportContext value={viewport}>
      <MoreOfThis processKey={processKey} />
      <div className="stack">
        <Charts processKey={processKey} diagnosis={diagnosis} />
        <Operators processKey={processKey} />
        <Judgement processKey={processKey} diagnosis={diagnosis} />
      </div>
    </ViewportContext>
  );
}

/** Why the process is judged as it is; where something grows, by the reasons of the worst. */
function Judgement({ processKey, diagnosis }: { readonly processKey: string; readonly diagnosis: Diagnosis | undefined }) {
  const judged = diagnosis?.processes.find(({ process }) => process.key === processKey);
  const worst = diagnosis?.findings.find((finding) => finding.process.key === processKey && !isFixed(finding));
  const reasons = judged?.reasons ?? worst?.why;
  if (reasons === undefined) return null;
  return (
    <section className="panel why">
      <h2>Why it is judged so</h2>
      <Reasons why={reasons} />
    </section>
  );
}

/** The other pages about this process; what was zoomed to goes along. */
function MoreOfThis({ processKey }: { readonly processKey: string }) {
  const { isWhole } = useViewport();
  const { from, to } = useSettledWindow();
  const search = { process: processKey, ...(!isWhole && { from: Math.floor(from), to: Math.ceil(to) }) };
  return (
    <nav className="segments more-of-this" aria-label="More about this process">
      <Link to="/instances" search={search} className="control">
        Instances
      </Link>
      <Link to="/allocations" search={search} className="control">
        Allocations
      </Link>
      <Link to="/logs" search={search} className="control">
        Logs
      </Link>
    </nav>
  );
}
