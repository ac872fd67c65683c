import { formatMoment } from "../../format.ts";

/** One line of an incident's story, as the server keeps it. */
export interface TimelineEvent {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly text: string;
}

/** What was known when, line by line. */
export function Timeline({ events, now }: { readonly events: readonly TimelineEvent[]; readonly now: number }) {
  return (
    <section className="panel c12">
      <h2>What happened when</h2>
      <ol className="timeline">
        {events.map(({ id, at, kind, text }) => (
          <li key={id}>
            <time className="tiny nowrap" dateTime={at}>
              {formatMoment(Date.parse(at), now)}
            </time>
            <span className="tiny nowrap">{kind.replaceAll("-", " ")}</span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
