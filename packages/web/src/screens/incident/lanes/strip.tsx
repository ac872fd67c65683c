import type { Finding, ThinnedLife } from "@heaptide/model";
import type { ReactNode } from "react";
import { tickLabel, timeTicks } from "../../../charts/ticks.ts";
import type { Window } from "../../../charts/viewport.ts";
import { formatClock } from "../../../format.ts";

/** A strip's picture is so wide, whatever the screen: it is stretched. */
export const WIDTH = 1000;

export interface LaneProps {
  readonly finding: Finding;
  /** What is seen of time. */
  readonly span: Window;
  /** The time at which a lane's value is read: under the cursor, or the end. */
  readonly at: number;
  readonly x: (at: number) => number;
  /** The changes, which go through all lanes. */
  readonly marks: ReactNode;
}

interface StripProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly height: number;
  readonly children: ReactNode;
  readonly notes?: ReactNode;
}

export function Strip({ name, value, note, height, children, notes }: StripProps) {
  return (
    <div className="lane">
      <div className="k">{name}</div>
      <div className="strip" style={{ height }}>
        <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" style={{ height }} aria-hidden="true">
          {children}
        </svg>
        {notes}
      </div>
      <div className="v">
        <b>{value}</b>
        {note}
      </div>
    </div>
  );
}

interface NoteProps {
  readonly place: number;
  readonly colour: string;
  readonly children: ReactNode;
  readonly top?: number;
  readonly end?: boolean;
}

/** Words in a strip: HTML, for text in a stretched picture would be stretched too. */
export const Note = ({ place, colour, children, top = 0, end = false }: NoteProps) => (
  <span className="note" style={{ [end ? "right" : "left"]: `${end ? 100 - place / 10 : place / 10}%`, top, color: colour }}>
    {children}
  </span>
);

export function Axis({ span, at }: Pick<LaneProps, "span" | "at">) {
  const { at: times, step } = timeTicks(span.from, span.to, 8);
  return (
    <div className="lane axis-lane">
      <div className="k" />
      <div className="strip" style={{ height: 18 }}>
        {times.map((time) => (
          <span key={time} className="note tick" style={{ left: `${((time - span.from) / (span.to - span.from)) * 100}%` }}>
            {tickLabel(time, step)}
          </span>
        ))}
      </div>
      <div className="v tiny">{formatClock(at)}</div>
    </div>
  );
}

type Place = (value: number) => number;

export const linePath = ({ at, last }: ThinnedLife, x: Place, y: Place): string =>
  at.map((time, i) => `${i === 0 ? "M" : "L"}${x(time).toFixed(1)} ${y(last[i]!).toFixed(1)}`).join("");

/** Through the extremes of each stretch, so that no peak is lost. */
export const surfPath = ({ at, min, max, last }: ThinnedLife, x: Place, y: Place): string =>
  at
    .map((time, i) => {
      const place = x(time).toFixed(1);
      return `${i === 0 ? "M" : "L"}${place} ${y(max[i]!).toFixed(1)}${min[i]! < max[i]! ? `L${place} ${y(min[i]!).toFixed(1)}` : ""}L${place} ${y(last[i]!).toFixed(1)}`;
    })
    .join("");
