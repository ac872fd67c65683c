import { formatDuration } from "@heaptide/base";
import type { FlowView, JobFlow } from "@heaptide/model";
import { formatMoment } from "../../format.ts";
import type { Column } from "../../parts/table.tsx";
import { TablePanel } from "../../parts/table-panel.tsx";
import { Explained } from "./calendar.tsx";
import { useExplanations } from "./explanations.ts";

interface Props {
  readonly gaps: FlowView["gaps"];
  readonly jobs: readonly JobFlow[];
  readonly now: number;
}

const NO_GAP = "No gap in this span: every job that was deployed had elements go through it.";

/** Where data was expected and not seen, each with the incident that explains it. */
export function GapList({ gaps, jobs, now }: Props) {
  const explain = useExplanations();
  const columns: Column<FlowView["gaps"][number]>[] = [
    { title: "what is missing", className: "lead", cell: ({ title }) => title },
    { title: "job", className: "muted", cell: (gap) => jobs.find(({ job }) => job === gap.job)?.name },
    { title: "from", cell: ({ from }) => formatMoment(from, now) },
    {
      title: "for",
      className: "r",
      cell: ({ from, to }) => (to === null ? <b className="up">still, {formatDuration(now - from)}</b> : formatDuration(to - from)),
    },
    { title: "explained by", cell: (gap) => <Explained explanation={explain(gap)} /> },
  ];
  return <TablePanel title="Gaps" columns={columns} rows={gaps} keyOf={({ id }) => id} empty={NO_GAP} />;
}
