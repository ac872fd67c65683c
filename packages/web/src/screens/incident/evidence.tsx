import { formatBytes } from "@heaptide/base";
import type { Evidence, EvidenceKind, Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import type { Window } from "../../charts/viewport.ts";
import { formatClock, formatCount, formatMoment, formatPercent, formatSlope } from "../../format.ts";

/** Every piece of evidence with its numbers and where it comes from, for and against; and what could not be seen. */
export function EvidenceList({ finding, span }: { readonly finding: Finding; readonly span: Window }) {
  const { evidence, missing, otherChanges, logs } = finding;
  const now = Date.now();
  return (
    <>
      <section className="panel c12 evidence-panel">
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
                  <td className="tiny">{numbersOf(one, finding)}</td>
                  <td className="tiny">
                    {one.source}
                    <Chart kind={one.kind} finding={finding} span={span} />
                  </td>
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

/** Which page draws what a kind of evidence was seen on. */
const CHARTS: Readonly<
  Record<EvidenceKind, readonly [to: "/processes/$key" | "/instances" | "/allocations" | "/flow" | "/logs", says: string]>
> = {
  trend: ["/processes/$key", "in the tide chart"],
  limit: ["/processes/$key", "in the tide chart"],
  change: ["/processes/$key", "in the tide chart"],
  "class-growth": ["/instances", "among all classes"],
  law: ["/flow", "in the data flow"],
  gap: ["/flow", "in the data flow"],
  allocation: ["/allocations", "in the flame graph"],
  holder: ["/allocations", "in the flame graph"],
  log: ["/logs", "in the log"],
};

function Chart({ kind, finding, span }: { readonly kind: EvidenceKind; readonly finding: Finding; readonly span: Window }) {
  const [to, says] = CHARTS[kind];
  const { key } = finding.process;
  const search = {
    from: Math.floor(span.from),
    to: Math.ceil(span.to),
    ...(to !== "/flow" && to !== "/processes/$key" && { process: key }),
  };
  return (
    <div className="no-export">
      <Link to={to} params={{ key }} search={search} className="link">
        {says}
      </Link>
    </div>
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

type Numbers = Evidence["numbers"];

/** The numbers of the kinds that have units, in these; whatever else there is by its name. */
function numbersOf(evidence: Evidence, { slope }: Finding): string {
  const { kind, numbers } = evidence;
  // Of the trends it is the resource's own that has an interval; others followed it, in units of their own.
  const unit = slope.unit === "B/s" && kind === "trend" && numbers["low"] !== undefined ? slope.unit : null;
  const told = Object.entries(numbers).flatMap(([name, value]) =>
    isTold(kind, name, numbers) ? [] : [`${named(name)} ${valueOf(name, value, unit)}`],
  );
  return [intervalOf(evidence, unit), ...told].filter((text) => text !== null).join(" · ");
}

const isTold = (kind: EvidenceKind, name: string, { low, high }: Numbers): boolean =>
  (kind === "trend" || kind === "law") &&
  low !== undefined &&
  high !== undefined &&
  (name === "value" || name === "low" || name === "high");

/** An estimate with its 95 % interval. */
function intervalOf({ kind, numbers: { value, low, high } }: Evidence, unit: "B/s" | null): string | null {
  if ((kind !== "trend" && kind !== "law") || value === undefined || low === undefined || high === undefined) return null;
  const format = unit === null ? numberOf : (rate: number) => formatSlope(rate, unit);
  return `${format(value)} (${format(low)} to ${format(high)})`;
}

const named = (name: string): string => name.replaceAll("-", " ");

function valueOf(name: string, value: number, unit: "B/s" | null): string {
  if (name === "share" || name === "needed") return formatPercent(value);
  return unit !== null && (name === "growth" || name === "noise") ? formatBytes(value) : numberOf(value);
}
