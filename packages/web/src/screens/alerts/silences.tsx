import type { FormEvent } from "react";
import { formatMoment } from "../../format.ts";
import type { Column } from "../../parts/table.tsx";
import { TablePanel } from "../../parts/table-panel.tsx";
import type { Alerts } from "./answer.ts";

type Silence = Alerts["silences"][number];
type OnEnd = (id: string) => void;

interface NewSilence {
  readonly to: string;
  readonly matchers: Readonly<Record<string, string>>;
  readonly by: string;
  readonly comment: string;
}

interface Props {
  readonly silences: readonly Silence[];
  readonly now: number;
  readonly onEnd: OnEnd;
  readonly onAdd: (silence: NewSilence) => void;
}

const HOUR = 3_600_000;

export function Silences({ silences, now, onEnd, onAdd }: Props) {
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onAdd(silenceFrom(new FormData(event.currentTarget), now));
  };
  return (
    <>
      <TablePanel title="Silences" columns={columnsOf(now, onEnd)} rows={silences} keyOf={({ id }) => id} empty="Nothing is silenced." />
      <form className="panel row" onSubmit={add}>
        <b>Silence</b>
        <input className="control" name="label" defaultValue="process" aria-label="Label" required />
        <input className="control grow" name="value" placeholder="value; * stands for any text" aria-label="Value" required />
        <input className="control" name="hours" type="number" min="1" defaultValue="2" aria-label="Hours" required /> hours
        <input className="control grow" name="comment" placeholder="why" aria-label="Why" />
        <button type="submit" className="control">
          Silence
        </button>
      </form>
    </>
  );
}

function silenceFrom(given: FormData, now: number): NewSilence {
  const text = (name: string): string => {
    const value = given.get(name);
    return typeof value === "string" ? value : "";
  };
  return {
    to: new Date(now + Number(text("hours")) * HOUR).toISOString(),
    matchers: { [text("label")]: text("value") },
    by: "the pages",
    comment: text("comment"),
  };
}

const columnsOf = (now: number, onEnd: OnEnd): Column<Silence>[] => [
  {
    title: "alarms with",
    className: "mono lead",
    cell: ({ matchers }) =>
      Object.entries(matchers)
        .map(([name, value]) => `${name}=${value}`)
        .join(", "),
  },
  { title: "until", className: "nowrap", cell: ({ to }) => formatMoment(Date.parse(to), now) },
  {
    title: "why",
    className: "muted",
    cell: ({ comment, by }) => (
      <>
        {comment} <span className="tiny">{by}</span>
      </>
    ),
  },
  {
    title: "",
    cell: ({ id }) => (
      <button type="button" className="control" onClick={() => onEnd(id)}>
        End
      </button>
    ),
  },
];
