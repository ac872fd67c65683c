import { useSearch } from "@tanstack/react-router";
import { formatMoment } from "../format.ts";
import { DEFAULT_LAST, LASTS, type PageSearch, useSpan } from "../span.ts";

/** Which span of time the page shows: one that ends now, or the one that was zoomed to. */
export function SpanControl() {
  const { last = DEFAULT_LAST } = useSearch({ strict: false }) as PageSearch;
  const { span, isFixed, now, setSpan } = useSpan();
  return (
    <select
      className="control"
      aria-label="Span of time"
      value={isFixed ? "fixed" : last}
      onChange={(event) => setSpan({ last: event.target.value })}
    >
      {isFixed && span && (
        <option value="fixed">
          {formatMoment(span.from, now)} to {formatMoment(span.to, now)}
        </option>
      )}
      {LASTS.map(([name]) => (
        <option key={name} value={name}>
          last {name.replace("m", " min").replace("h", " h").replace("d", " days")}
        </option>
      ))}
    </select>
  );
}
