import type { Diagnosis, Overview } from "@heaptide/model";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useAnswer } from "../../api/queries.ts";
import { moveByKey } from "../../charts/plot.ts";
import { useSettledWindow, Viewport, ViewportContext } from "../../charts/viewport.ts";
import { formatAgo, formatInterval } from "../../format.ts";
import { useShortcuts } from "../../keys.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { Failure, Loading } from "../../parts/states.tsx";
import { VerdictChip } from "../../parts/verdict.tsx";
import { type Span, useSpan } from "../../span.ts";
import { Nowhere } from "../../shell.tsx";
import { Charts } from "./charts.tsx";
import { Operators } from "./operators.tsx";

/** One process over time. */
export function ProcessPage() {
  const { key } = useParams({ strict: false }) as { key: string };
  const { span, now } = useSpan();
  const { data: overview, error } = useAnswer<Overview>(span === null ? null : "/overview", { ...span });
  const row = overview?.processes.find(({ process }) => process.key === key);
  if (error) return <Failure failure={error} />;
  if (overview === undefined || span === null) return <Loading what="the process" />;
  if (row === undefined) return <Nowhere />;
  const { process, incarnation, verdict, why, exhaustion, jobs, finding } = row;
  const facts = [
    incarnation.pid === null ? null : `pid ${incarnation.pid}`,
    incarnation.javaVersion && `Java ${incarnation.javaVersion}`,
    incarnation.collector,
    `up since ${formatAgo(incarnation.startedAt, now)}`,
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
        <span className="spring" />
        <nav className="segments" aria-label="More about this process">
          <Link to="/instances" search={{ process: key }} className="control">
            Instances
          </Link>
          <Link to="/allocations" search={{ process: key }} className="control">
            Allocations
          </Link>
          <Link to="/logs" search={{ process: key }} className="control">
            Logs
          </Link>
        </nav>
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
  const [viewport] = useState(() => new Viewport(span));
  useEffect(() => viewport.setBounds(span), [viewport, span]);
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const shortcuts = useMemo(
    () =>
      (
        [
          ["ArrowLeft", "earlier"],
          ["ArrowRight", "later"],
          ["+", "show less time, more of it"],
          ["-", "show more time"],
          ["0", "show all"],
        ] as const
      ).map(([keys, says]) => ({ keys, says, run: () => void moveByKey(viewport, keys) })),
    [viewport],
  );
  useShortcuts(shortcuts);
  return (
    <ViewportContext value={viewport}>
      <ZoomInAddress />
      <div className="stack">
        <Charts processKey={processKey} diagnosis={diagnosis} />
        <Operators processKey={processKey} />
      </div>
    </ViewportContext>
  );
}

/** The zoomed window stays in the address of the page's history entry, so that a link shows what was seen. */
function ZoomInAddress() {
  const window = useSettledWindow();
  useEffect(() => {
    const hash = `#t=${Math.round(window.from)}-${Math.round(window.to)}`;
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }, [window]);
  return null;
}
