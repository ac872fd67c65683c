import { formatRatio } from "@heaptide/base";
import type { Diagnosis, Finding, FlowView, Law, OverviewRow } from "@heaptide/model";
import { useAnswer } from "../../api/queries.ts";
import { useSettledWindow } from "../../charts/viewport.ts";
import { EACH, formatCount } from "../../format.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { Empty } from "../../parts/states.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import type { Span } from "../../span.ts";

const SECONDS = 1000;

/** What went through the operators in the window that is shown, and the law of growth beside the one that it names. */
export function Operators({ processKey }: { readonly processKey: OverviewRow["process"]["key"] }) {
  const { from, to } = useSettledWindow();
  const span = { from: Math.floor(from / SECONDS) * SECONDS, to: Math.ceil(to / SECONDS) * SECONDS };
  const { data } = useAnswer<FlowView>("/flow", { ...span, points: 120 });
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const laws = (diagnosis?.findings ?? [])
    .filter(({ process }) => process.key === processKey)
    .flatMap(({ law, rootClass }) => (law ? [{ ...law, rootClass }] : []));
  const jobs = (data?.jobs ?? []).filter(({ operators }) => operators.length > 0);
  return (
    <section className="panel operators">
      <h2>Records into operators, in the time shown above</h2>
      {jobs.length === 0 ? (
        <Empty title="No operator was seen in this time" />
      ) : (
        <Table
          label="Operators"
          columns={columnsOf(span, laws)}
          rows={operatorsOf(jobs)}
          keyOf={({ job, operator }) => `${job} ${operator}`}
        />
      )}
    </section>
  );
}

type Operator = ReturnType<typeof operatorsOf>[number];
type NamedLaw = Law & Pick<Finding, "rootClass">;

const columnsOf = (span: Span, laws: readonly NamedLaw[]): Column<Operator>[] => [
  {
    title: "job",
    cell: ({ job, state }) => (
      <>
        {job} <span className="tiny">{state}</span>
      </>
    ),
  },
  { title: "operator", className: "lead", cell: ({ operator }) => operator },
  {
    title: "elements per second",
    className: "course",
    cell: ({ operator, at, perSecond }) => (
      <Sparkline values={perSecond} at={at} span={span} label={`elements per second into ${operator}`} colour="var(--ink-2)" fromZero />
    ),
  },
  { title: "mean", className: "r", cell: ({ perSecond }) => perSecond.length > 0 && `${formatCount(mean(perSecond))} /s` },
  { title: "in all", className: "r", cell: ({ total }) => formatCount(total) },
  {
    title: "law of growth",
    cell: ({ operator, jobIds }) => {
      const law = laws.find((one) => one.jobId !== null && jobIds.includes(one.jobId) && one.operator === operator);
      return law && <b className="up">{`${formatRatio(law.ratio.value)} ${law.rootClass?.split(".").at(-1)} per ${EACH[law.kind]}`}</b>;
    },
  },
];

/** An operator over all deployments of its job. */
function operatorsOf(jobs: FlowView["jobs"]) {
  const flows = jobs.flatMap((job) =>
    job.operators.map((flow) => ({ ...flow, job: job.name, id: job.job, state: job.endedAt === null ? job.state.toLowerCase() : "ended" })),
  );
  return [...Map.groupBy(flows, ({ job, operator }) => `${job} ${operator}`).values()].map((own) => ({
    ...own.at(-1)!,
    at: own.flatMap(({ at }) => at),
    perSecond: own.flatMap(({ perSecond }) => perSecond),
    total: own.reduce((sum, { total }) => sum + total, 0),
    jobIds: own.map(({ id }) => id),
  }));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
