import type { Finding } from "@heaptide/model";
import { formatClock, simpleName } from "../../format.ts";

interface Step {
  readonly title: string;
  readonly detail: string;
  readonly state: "done" | "now" | "open";
}

/** How far the story is: what is known has a tick, what is being found out is tinted, what is not known stands in words. */
export function StoryStrip({ finding, now }: { readonly finding: Finding; readonly now: number }) {
  return (
    <ol className="story">
      {stepsOf(finding, now).map(({ title, detail, state }) => (
        <li key={title} className={state}>
          <b>{title}</b>
          {detail}
          <span className="hidden-text">{state === "done" ? ", known" : state === "now" ? ", under way" : ", not known yet"}</span>
        </li>
      ))}
    </ol>
  );
}

function stepsOf({ onset, evidence, logs, rootClass, line, change, verification, verdict }: Finding, now: number): Step[] {
  const gap = evidence.find(({ kind, for: speaksFor }) => kind === "gap" && speaksFor);
  const until =
    verification === null
      ? verdict === "leaking" || verdict === "growing"
        ? "now"
        : formatClock(now, false)
      : formatClock(Date.parse(verification.change.at), false);
  const known = (title: string, named: string | null | undefined): Step =>
    named ? { title, detail: named, state: "done" } : { title, detail: "not known yet", state: "open" };
  return [
    ...(gap === undefined ? [] : [{ title: "Gap in the data", detail: gap.statement, state: "done" } as const]),
    { title: "Memory builds up", detail: `${formatClock(Date.parse(onset.from), false)} to ${until}`, state: "done" },
    known("Log pattern", logs[0] && `${logs[0].level}, ${formatClock(Date.parse(logs[0].first), false)}`),
    known("Class named", rootClass && simpleName(rootClass)),
    known("Line named", line && `${line.file ?? line.class}:${line.line}`),
    known("Change named", change && (change.attributes["commit"] ?? change.title)),
    fixStep(verification),
  ];
}

function fixStep(verification: Finding["verification"]): Step {
  if (verification === null) return { title: "Fix", detail: "no later change seen", state: "open" };
  if (verification.verdict === "verified") return { title: "Fix verified", detail: verification.change.title, state: "done" };
  if (verification.verdict === "not-fixed") return { title: "Not fixed", detail: `by ${verification.change.title}`, state: "now" };
  return { title: "Fix seen", detail: `verifying: ${verification.needed ?? "more to be seen"}`, state: "now" };
}
