import type { ChangeSeen, PatternView } from "@heaptide/model";
import { formatMoment } from "../../../format.ts";
import { type LaneProps, Note, Strip, WIDTH } from "./strip.tsx";

/** When warnings and errors came up first, with the words of the one that is evidence. */
export function LogLane({ finding, x, marks, patterns, span }: LaneProps & { readonly patterns: readonly PatternView[] }) {
  const height = 28;
  const worse = patterns.filter(({ level }) => level === "error" || level === "fatal" || level === "warn").slice(0, 40);
  const clue = finding.logs[0];
  return (
    <Strip
      name="Log"
      value={`${worse.length} ${worse.length === 1 ? "pattern" : "patterns"}`}
      note="warnings and errors"
      height={height}
      notes={
        clue && (
          <Note place={Math.max(0, x(Date.parse(clue.first)))} colour="var(--ink-2)" top={6}>
            <i className="dot" /> {clue.example.slice(0, 90)}
          </Note>
        )
      }
    >
      {worse.map(({ id, first, level }) => (
        <rect
          key={id}
          x={x(Math.max(first, span.from)) - 1}
          y={height - 6}
          width="2"
          height="6"
          fill={level === "warn" ? "var(--growing)" : "var(--leaking)"}
        />
      ))}
      {marks}
    </Strip>
  );
}

export function ChangeLane({ finding, x, marks, changes, span }: LaneProps & { readonly changes: readonly ChangeSeen[] }) {
  const deployments = changes.filter(({ kind }) => kind === "job-deployed" || kind === "external" || kind === "configuration");
  // Roughly, in the thousandths of the strip's width that places are counted in.
  const letter = innerWidth < 640 ? 20 : 7;
  let free = [-Infinity, -Infinity];
  return (
    <Strip
      name="Changes"
      value={String(deployments.length)}
      note={deployments.length === 1 ? "deployment" : "deployments"}
      height={34}
      notes={changes.map(({ id, at, title, attributes }) => {
        const place = x(at);
        const row = free.findIndex((from) => place >= from);
        if (row < 0 || place < 0 || place > WIDTH * 0.93) return null;
        const text = attributes["commit"] ? `${attributes["commit"]} deployed` : title;
        free = free.map((from, i) => (i === row ? place + text.length * letter + 10 : from));
        return (
          <Note key={id} place={place} colour="var(--change)" top={row * 15}>
            <span title={formatMoment(at, span.to)} style={{ fontWeight: id === finding.change?.id ? 650 : 400, paddingLeft: 5 }}>
              {text}
            </span>
          </Note>
        );
      })}
    >
      {marks}
    </Strip>
  );
}
