import type { Diagnosis, GapSeen, Incident } from "@heaptide/model";
import { useCallback } from "react";
import { useAnswer } from "../../api/queries.ts";
import { useAbout } from "../../span.ts";

/** Why data is missing, as far as it is known. */
export interface Explanation {
  readonly incident: { readonly id: string } | null;
  readonly text: string;
}

/** A gap that begins so long after a leak ended may still be its doing, milliseconds. */
const AFTERMATH = 300_000;

/** Tells of any gap what explains it: the incident whose story it is part of, else the leak that it began in. */
export function useExplanations(): (gap: GapSeen) => Explanation {
  const { data: incidents } = useAnswer<Incident[]>("/incidents");
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const now = useAbout()?.now ?? 0;
  return useCallback((gap) => explanationOf(gap, incidents ?? [], diagnosis?.findings ?? [], now), [incidents, diagnosis, now]);
}

function explanationOf(gap: GapSeen, incidents: readonly Incident[], findings: Diagnosis["findings"], now: number): Explanation {
  const told = incidents.find(({ timeline }) => timeline.some(({ reference }) => reference === gap.id));
  if (told !== undefined) return { incident: told, text: told.kind === "gap" ? "its incident" : told.headline };
  if (gap.elsewhere) return { incident: null, text: "the reason lies outside of what is watched" };
  const leak = findings.find(({ onset, verification }) => {
    const end = verification === null ? now : Date.parse(verification.change.at);
    return gap.from >= Date.parse(onset.from) && gap.from <= end + AFTERMATH;
  });
  return leak === undefined ? { incident: null, text: "nothing that was found" } : { incident: leak, text: leak.headline };
}
