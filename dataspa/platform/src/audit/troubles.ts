import type { Gap, GapKind } from "@dataspa/serving";
import type { House, SiteTrouble } from "@dataspa/town";

/** Trouble that an audit makes on purpose: a site's, or that there is no TaskManager. Nights are counted from 0. */
export interface Trouble {
  readonly befalls: { readonly house: House; readonly trouble: SiteTrouble } | "taskmanager";
  readonly night: number;
  readonly nights: number;
}

/** What was done, and whether it was found: the right kind, source, nights and reason. */
export interface TroubleAccount {
  readonly what: string;
  readonly nights: readonly string[];
  readonly expected: GapKind;
  readonly found: boolean;
  /** In the platform's words; empty where nothing was found. */
  readonly said: string;
}

/** Before, too little is known of a source to tell that something is missing. */
const FIRST = 20;
/** The cabaret is left out where it relaunches: it lists nothing on most nights, and one more such night tells nobody anything. */
const KINDS: readonly { readonly befalls: Trouble["befalls"]; readonly nights: number }[] = [
  { befalls: { house: "concerthall", trouble: "down" }, nights: 1 },
  { befalls: { house: "museum", trouble: "relaunched" }, nights: 2 },
  { befalls: "taskmanager", nights: 1 },
  { befalls: { house: "cabaret", trouble: "down" }, nights: 2 },
  { befalls: { house: "university", trouble: "relaunched" }, nights: 1 },
  { befalls: { house: "portal", trouble: "down" }, nights: 3 },
  { befalls: { house: "concerthall", trouble: "relaunched" }, nights: 1 },
  { befalls: { house: "cinema", trouble: "relaunched" }, nights: 3 },
  { befalls: { house: "university", trouble: "down" }, nights: 1 },
  { befalls: { house: "portal", trouble: "relaunched" }, nights: 2 },
  { befalls: { house: "cinema", trouble: "down" }, nights: 1 },
];

/** So many, evenly spread, one after the other. @throws RangeError where the nights are too few */
export function plannedTroubles(count: number, nights: number): Trouble[] {
  const every = Math.floor((nights - FIRST) / count);
  if (count > 0 && every < 5) throw new RangeError(`${count} troubles need at least ${FIRST + 5 * count} nights`);
  return Array.from({ length: count }, (_, i) => ({ ...KINDS[i % KINDS.length]!, night: FIRST + i * every }));
}

export function accountOfTroubles(
  troubles: readonly Trouble[],
  gaps: readonly Gap[],
  dateOf: (night: number) => string,
): { troubles: TroubleAccount[]; unexpected: Gap[] } {
  const explained = new Set<Gap>();
  const accounts = troubles.map((trouble): TroubleAccount => {
    const nights = Array.from({ length: trouble.nights }, (_, i) => dateOf(trouble.night + i));
    const expected = kindOf(trouble);
    const source = trouble.befalls === "taskmanager" ? null : trouble.befalls.house;
    const same = gaps.find((gap) => gap.kind === expected && gap.source === source && gap.nights.join() === nights.join());
    if (same) explained.add(same);
    const rightly = same !== undefined && (source !== null || same.reason.startsWith("no TaskManager"));
    return { what: wordsOf(trouble), nights, expected, found: rightly, said: same ? `${same.title}: ${same.reason}` : "" };
  });
  return { troubles: accounts, unexpected: gaps.filter((gap) => !explained.has(gap)) };
}

function kindOf({ befalls }: Trouble): GapKind {
  if (befalls === "taskmanager") return "not-processed";
  return befalls.trouble === "relaunched" ? "layout-changed" : "source-down";
}

const wordsOf = ({ befalls }: Trouble) => (befalls === "taskmanager" ? "no TaskManager" : `${befalls.house} ${befalls.trouble}`);
