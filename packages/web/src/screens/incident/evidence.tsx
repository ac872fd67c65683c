import type { Evidence, Finding } from "@heaptide/model";
import { formatClock, formatCount, formatMoment } from "../../format.ts";

/** Every piece of evidence with its numbers and where it comes from, for and against; and what could not be seen. */
export function EvidenceList({ finding }: { readonly finding: Finding }) {
  const { evidence, missing, otherChanges, logs } = finding;
  const now = Date.now();
  return (
    <>
      <section className="panel c12">
        <h2>Evidence</h2>
        <div className="scroll-x" tabIndex={0} role="group" aria-label="Table">
          <table className="evidence">
            <thead>
              <tr>
                <th>kind</th>
                <th>what was seen</th>
                <th>numbers</th>
                <th>source</th>
              </tr>
            </thead>
            <tbody>
              {evidence.map((one, i) => (
                <tr key={`${one.kind} ${i}`}>
                  <td>
                    <span className={`chip ${one.for ? "info" : "healthy"}`}>{one.for ? one.kind : `against: ${one.kind}`}</span>
                  </td>
                  <td>{one.statement}</td>
                  <td className="tiny">{numbersOf(one)}</td>
                  <td className="tiny">{one.source}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
/** Beyond this a number is a time: the first of 2001. */
const FIRST_TIME = 978_307_200_000;

function numberOf(value: number): string {
  if (value > FIRST_TIME) return formatClock(value);
  return Math.abs(value) >= 10_000
    ? compact.format(value)
    : Number.isInteger(value)
      ? formatCount(value)
      : String(Number(value.toPrecision(3)));
}

const numbersOf = ({ numbers }: Evidence): string =>
  Object.entries(numbers)
    .map(([name, value]) => `${name} ${numberOf(value)}`)
    .join(" · ");
