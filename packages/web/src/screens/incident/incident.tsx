import type { Diagnosis, Finding } from "@heaptide/model";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useAnswer } from "../../api/queries.ts";
import { useShortcuts } from "../../keys.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { Failure, Loading } from "../../parts/states.tsx";
import { FindingChip, isFixed } from "../../parts/verdict.tsx";
import { Reasons } from "../../parts/why.tsx";
import { Nowhere } from "../../shell.tsx";
import { useAbout } from "../../span.ts";
import { BeforeAfter } from "./before-after.tsx";
import { EvidenceList } from "./evidence.tsx";
import { download, htmlOf } from "./export.ts";
import { Group } from "./group.tsx";
import { LawOfGrowth } from "./law.tsx";
import { LinePanel } from "./line.tsx";
import { markdownOf } from "./markdown.ts";
import { StoryLanes } from "./lanes/lanes.tsx";
import { StoryStrip } from "./story.tsx";
import { Subline } from "./subline.tsx";
import { Timeline, type TimelineEvent } from "./timeline.tsx";

interface Answer {
  readonly id: string;
  readonly finding: Finding | null;
  readonly headline?: string;
  readonly state?: string;
  readonly timeline?: readonly TimelineEvent[];
}

/** A finding with its story. The address takes the id of an incident or of a finding. */
export function IncidentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: diagnosis, error } = useAnswer<Diagnosis>("/diagnosis");
  const { data: incidents } = useAnswer<Answer[]>("/incidents");
  const kept = incidents?.find((one) => one.id === id || one.finding?.id === id);
  const finding = diagnosis?.findings.find((one) => one.id === id || one.id === kept?.finding?.id) ?? kept?.finding;
  if (finding) return <Story finding={finding} timeline={kept?.timeline ?? []} />;
  if (kept?.headline !== undefined) return <Unexplained incident={kept} />;
  if (error) return <Failure failure={error} />;
  if (diagnosis === undefined || incidents === undefined) return <Loading what="the incident" />;
  return <Nowhere />;
}

/** A gap or a lost process that no finding explains. */
function Unexplained({ incident: { headline = "", state, timeline = [] } }: { readonly incident: Answer }) {
  const now = useAbout()?.now ?? Date.now();
  return (
    <article>
      <Crumb title={headline}>
        <Link to="/incidents">Incidents</Link> / <b>{headline}</b>
      </Crumb>
      <span className="chip unknown">{state}</span>
      <h1>{headline}</h1>
      <p className="sub">Nothing that grows was found to explain it.</p>
      <Timeline events={timeline} now={now} />
    </article>
  );
}

function Story({ finding, timeline }: { readonly finding: Finding; readonly timeline: readonly TimelineEvent[] }) {
  const article = useRef<HTMLElement>(null);
  const about = useAbout();
  const end = about?.now ?? Date.parse(finding.onset.to);
  const span = useMemo(() => spanOf(finding, end, about?.observed?.from), [finding, end, about]);
  const kinds = new Set(finding.evidence.filter((one) => one.for).map(({ kind }) => kind));
  const name = `${finding.law?.job ?? finding.change?.job ?? finding.process.name}, ${finding.resource}`;
  return (
    <article ref={article}>
      <Crumb title={finding.headline}>
        <Link to="/incidents">Incidents</Link> / <b>{name}</b>
      </Crumb>
      <div className="row">
        <FindingChip finding={finding} />
        <span className="tiny">
          {isFixed(finding) ? "it was leaking; the fix is verified · " : ""}
          {kinds.size} independent kinds of evidence agree
        </span>
        <span className="spring" />
        <Exports finding={finding} article={article} />
      </div>
      <h1>{finding.headline}</h1>
      <Subline finding={finding} now={end} />
      <StoryStrip finding={finding} now={end} />
      <div className="stack">
        <StoryLanes finding={finding} span={span} />
        <div className="grid">
          <LawOfGrowth finding={finding} span={span} />
          <LinePanel finding={finding} />
          <Group finding={finding} span={span} />
          <BeforeAfter finding={finding} end={end} />
          {timeline.length > 0 && <Timeline events={timeline} now={end} />}
          <EvidenceList finding={finding} span={span} />
          {finding.why && (
            <section className="panel c12 why">
              <h2>Why it is judged so</h2>
              <Reasons why={finding.why} />
            </section>
          )}
        </div>
      </div>
    </article>
  );
}

const LEAST_BEFORE = 60_000;

/** From some time before the onset, so that it is seen to be one, to now. */
function spanOf({ onset, change }: Finding, end: number, observed = 0): { from: number; to: number } {
  const start = Math.min(Date.parse(onset.from), change === null ? Infinity : Date.parse(change.at));
  return { from: Math.max(observed, start - Math.max(LEAST_BEFORE, (end - start) * 0.35)), to: end };
}

function Exports({ finding, article }: { readonly finding: Finding; readonly article: React.RefObject<HTMLElement | null> }) {
  const [said, setSaid] = useState("");
  const name = `heaptide-${finding.resource}-${new Date(finding.onset.from).toISOString().slice(0, 16).replace(":", "")}`;
  const actions = useMemo(() => {
    const say = (what: string) => {
      setSaid(what);
      setTimeout(() => setSaid(""), 2000);
    };
    return {
      html: () => download(`${name}.html`, "text/html", htmlOf(article.current!, finding)),
      markdown: () => download(`${name}.md`, "text/markdown", markdownOf(finding, location.href)),
      link: () =>
        void navigator.clipboard.writeText(location.href).then(
          () => say("link copied"),
          () => say("copying is not allowed"),
        ),
    };
  }, [name, finding, article]);
  const shortcuts = useMemo(
    () => [
      { keys: "e", says: "export as one HTML file", run: actions.html },
      { keys: "m", says: "export as Markdown", run: actions.markdown },
      { keys: "c", says: "copy the link to this incident", run: actions.link },
    ],
    [actions],
  );
  useShortcuts(shortcuts);
  return (
    <span className="segments no-export">
      <button type="button" className="control" onClick={actions.html}>
        Export HTML
      </button>
      <button type="button" className="control" onClick={actions.markdown}>
        Markdown
      </button>
      <button type="button" className="control" onClick={actions.link}>
        {said === "" ? "Copy link" : said}
      </button>
      <span className="hidden-text" role="status">
        {said}
      </span>
    </span>
  );
}
