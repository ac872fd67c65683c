import { formatDuration } from "@heaptide/base";
import type { LookingView } from "@heaptide/model";
import { useState } from "react";
import { ApiFailure, send } from "../../api/client.ts";
import { queryClient, useAnswer } from "../../api/queries.ts";
import { formatPercent } from "../../format.ts";
import { type Span, useAbout } from "../../span.ts";

/** Counting on and off, with what it costs: every pause is measured. */
export function Counting({ processKey, span }: { readonly processKey: string; readonly span: Span }) {
  const about = useAbout();
  const path = `/processes/${encodeURIComponent(processKey)}`;
  const { data } = useAnswer<LookingView>(`${path}/looking`, { ...span });
  const [failure, setFailure] = useState<string | null>(null);
  if (data === undefined) return null;
  const pauses = data.pauses.filter(({ probe }) => probe === "histogram").map(({ pause }) => pause);
  const sum = pauses.reduce((all, pause) => all + pause, 0);
  const lasted = Math.max(1, (data.pauses.at(-1)?.at ?? span.to) - (data.pauses[0]?.at ?? span.from));
  const toggle = async () => {
    try {
      await send("PUT", `${path}/counting`, { on: !data.counting });
      await queryClient.invalidateQueries();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(`${error.message} ${error.next}`);
    }
  };
  return (
    <>
      {about?.mode === "live" && (
        <button type="button" className="control switch" role="switch" aria-checked={data.counting} onClick={() => void toggle()}>
          Counting {data.counting ? "on" : "off"}
        </button>
      )}
      <span className="tiny" role="status">
        {failure ??
          (pauses.length === 0
            ? "no count so far"
            : `${pauses.length} counts paused the process for ${formatDuration(sum)} in all, ${formatDuration(median(pauses))} each, ${formatDuration(Math.max(...pauses))} at the longest: ${formatPercent(sum / lasted)} of the time`)}
      </span>
    </>
  );
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
