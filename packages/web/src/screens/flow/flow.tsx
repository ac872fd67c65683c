import type { FlowView, JobFlow } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useAnswer } from "../../api/queries.ts";
import { formatCount, formatMoment } from "../../format.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { Command, Empty, Failure, Loading } from "../../parts/states.tsx";
import { useSpan } from "../../span.ts";
import { FlowBars } from "./bars.tsx";
import { SourceCalendar } from "./calendar.tsx";
import { GapList } from "./gaps.tsx";

/** What went through the jobs, night by night and minute by minute, and where nothing did. */
export function Flow() {
  const { span, now } = useSpan();
  const { data, error } = useAnswer<FlowView>(span === null ? null : "/flow", { ...span, points: 240 });
  const jobs = (data?.jobs ?? []).filter(({ operators }) => operators.length > 0);
  return (
    <>
      <Crumb title="Data flow">
        <b>Data flow and quality</b>
      </Crumb>
      <h1 className="hidden-text">Data flow and quality</h1>
      {error && <Failure failure={error} />}
      {data === undefined && !error && <Loading what="the flow" />}
      {data !== undefined && (
        <div className="stack">
          <SourceCalendar />
          <GapList gaps={data.gaps} jobs={data.jobs} now={now} />
          {jobs.length === 0 ? (
            <div className="panel">
              <Empty title="No job was seen in this span">
                <p>Records in and out of every operator come from Flink's REST API.</p>
                <Command line="heaptide serve --flink http://127.0.0.1:8081" />
              </Empty>
            </div>
          ) : (
            byName(jobs).map(([name, runs]) => <Job key={name} name={name} runs={runs} view={data} now={now} />)
          )}
        </div>
      )}
    </>
  );
}

const byName = (jobs: readonly JobFlow[]): (readonly [string, readonly JobFlow[]])[] => [...Map.groupBy(jobs, ({ name }) => name)];

/** All deployments of a job on one axis: a job's data flow does not begin anew with each of them. */
function Job({
  name,
  runs,
  view,
  now,
}: {
  readonly name: string;
  readonly runs: readonly JobFlow[];
  readonly view: FlowView;
  readonly now: number;
}) {
  const operators = [...new Set(runs.flatMap((run) => run.operators.map(({ operator }) => operator)))];
  const last = runs.at(-1)!;
  return (
    <section className="panel lanes">
      <header className="row job-head">
        <b>{name}</b>
        <span className="tiny">
          {last.state.toLowerCase()}
          {last.endedAt === null ? `, since ${formatMoment(last.startedAt, now)}` : `, ended ${formatMoment(last.endedAt, now)}`}
          {runs.length > 1 && ` · ${runs.length} deployments in this span`}
        </span>
        <span className="spring" />
        <Link to="/processes" className="link tiny">
          the processes that run it
        </Link>
      </header>
      {operators.map((operator) => {
        const flows = runs.flatMap((run) => run.operators.filter((one) => one.operator === operator));
        const rate = flows.at(-1)?.perSecond.at(-1);
        return (
          <div className="lane" key={operator}>
            <div className="k">{operator}</div>
            <FlowBars
              flows={flows}
              span={view}
              gaps={view.gaps}
              deployments={runs.map(({ startedAt }) => startedAt)}
              label={`elements per second into ${operator}`}
            />
            <div className="v">
              <b>{rate === undefined ? "–" : `${formatCount(Math.round(rate * 10) / 10)} /s`}</b>
              {formatCount(flows.reduce((sum, { total }) => sum + total, 0))} in all
            </div>
          </div>
        );
      })}
    </section>
  );
}
