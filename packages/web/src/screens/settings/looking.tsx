import { formatDuration } from "@heaptide/base";
import type { Diagnosis, ProbeState } from "@heaptide/model";
import { formatAgo, formatMoment, formatPercent } from "../../format.ts";
import type { Column } from "../../parts/table.tsx";
import { TablePanel } from "../../parts/table-panel.tsx";
import type { Probes } from "./answer.ts";

type Look = Probes["looks"][number];

/** When each process was last looked into. */
export function Recorded({ looks, now }: { readonly looks: readonly Look[]; readonly now: number }) {
  const moment = (at: number | null) => (at === null ? "not yet" : formatAgo(at, now));
  const columns: Column<Look>[] = [
    { title: "process", className: "lead", cell: ({ process }) => process },
    { title: "counters sampled", className: "r", cell: ({ sampled }) => moment(sampled) },
    { title: "classes counted", className: "r", cell: ({ counted }) => moment(counted) },
    { title: "flight recording read", className: "r", cell: ({ recorded }) => moment(recorded) },
  ];
  return (
    <TablePanel
      title="What is recorded"
      columns={columns}
      rows={looks}
      keyOf={({ incarnation }) => incarnation}
      empty="Nothing yet: no process is watched."
    />
  );
}

type Cost = Diagnosis["cost"][number];
type Budget = Probes["costs"][number];

/** What was paused, against what may be. */
export function Costs({ costs, budgets }: { readonly costs: readonly Cost[]; readonly budgets: readonly Budget[] }) {
  const budgetOf = ({ process }: Cost) => budgets.find((one) => one.process === process);
  const columns: Column<Cost>[] = [
    { title: "process", className: "lead", cell: ({ process }) => process },
    { title: "pauses, in all", className: "r", cell: ({ total }) => formatDuration(total) },
    { title: "longest", className: "r", cell: ({ longest }) => formatDuration(longest) },
    { title: "share of the time", className: "r", cell: (cost) => formatPercent(shareOf(cost)) },
    {
      title: "last minute",
      className: "r",
      cell: (cost) => {
        const lastMinute = budgetOf(cost)?.lastMinute;
        return lastMinute !== undefined && formatDuration(lastMinute);
      },
    },
    { title: "budget", className: "r", cell: (cost) => inWords(budgetOf(cost)) },
    { title: "", cell: (cost) => <Meter share={shareOf(cost)} budget={budgetOf(cost)?.share ?? 0} /> },
  ];
  return (
    <TablePanel
      title="What looking costs"
      columns={columns}
      rows={costs}
      keyOf={({ process }) => process}
      empty="Nothing has been paused yet."
    />
  );
}

const shareOf = ({ total, span }: Cost): number => (span > 0 ? total / span : 0);

function inWords(budget: Budget | undefined): string | null {
  if (budget === undefined) return null;
  return budget.share === 0 ? "off" : `${formatPercent(budget.share)}, each up to ${formatDuration(budget.longest)}`;
}

/** How much of a budget is used; nothing where there is none. */
const Meter = ({ share, budget }: { readonly share: number; readonly budget: number }) =>
  budget > 0 && (
    <div className="meter">
      <i style={{ width: `${Math.min(100, (share / budget) * 100)}%` }} />
    </div>
  );

/** What cannot be seen at present, and what to do. */
export function Blind({ states, now }: { readonly states: readonly ProbeState[]; readonly now: number }) {
  const columns: Column<ProbeState>[] = [
    { title: "probe", className: "lead", cell: ({ probe }) => probe },
    {
      title: "why",
      cell: ({ cause, next }) => (
        <>
          {cause} <span className="muted">{next}</span>
        </>
      ),
    },
    { title: "code", className: "tiny", cell: ({ code }) => code },
    { title: "since", className: "tiny nowrap", cell: ({ at }) => formatMoment(at, now) },
  ];
  return (
    <TablePanel
      title="Probes that could not look"
      columns={columns}
      rows={states.filter(({ code }) => code !== null)}
      keyOf={({ incarnation, probe }) => `${incarnation} ${probe}`}
      empty="All probes see what they look at."
    />
  );
}
