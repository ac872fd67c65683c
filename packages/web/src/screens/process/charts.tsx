import { formatBytes } from "@heaptide/base";
import type { ChangeSeen, Diagnosis, FlowView, Incarnation, LookingView, Measure, ProcessIdentity, ThinnedLife } from "@heaptide/model";
import { useMemo } from "react";
import { useAnswer } from "../../api/queries.ts";
import { Lane } from "../../charts/lane.tsx";
import { useSeries } from "../../charts/series.ts";
import { TideChart, TideReadout } from "../../charts/tide/tide-chart.tsx";
import { type Flag, type Shade, type Tide, valueNear } from "../../charts/tide/tide.ts";
import { useSettledWindow, useViewport } from "../../charts/viewport.ts";
import { formatClock } from "../../format.ts";

const MEASURES: readonly Measure[] = [
  "heap.used",
  "heap.live",
  "heap.after-gc",
  "gc.time",
  "metaspace.used",
  "direct.used",
  "rss",
  "threads",
  "descriptors",
  "classes.loaded",
  "cpu.time",
];
const NONE: readonly ThinnedLife[] = [];

interface Props {
  readonly processKey: string;
  readonly diagnosis: Diagnosis | undefined;
}

export function Charts({ processKey, diagnosis }: Props) {
  const viewport = useViewport();
  const { series } = useSeries(processKey, MEASURES);
  const { data: processes } = useAnswer<{ process: ProcessIdentity; incarnations: Incarnation[] }[]>("/processes");
  const { data: changes } = useAnswer<ChangeSeen[]>("/changes", { ...viewport.bounds });
  const { data: flow } = useAnswer<FlowView>("/flow", { ...viewport.bounds, points: 200 });
  const { data: looking } = useAnswer<LookingView>(`/processes/${encodeURIComponent(processKey)}/looking`, { ...viewport.bounds });
  const limits = processes?.find(({ process }) => process.key === processKey)?.incarnations.at(-1)?.limits ?? {};
  const heapLimit = limits.heap?.value ?? null;
  const tide = useMemo(
    () => tideOf({ processKey, series, limit: heapLimit, changes: changes ?? [], gaps: flow?.gaps ?? [], looking, diagnosis }),
    [processKey, series, heapLimit, changes, flow, looking, diagnosis],
  );
  const lives = (measure: Measure) => series.get(measure) ?? NONE;
  const limitNote = (name: keyof typeof limits) =>
    limits[name] ? `of ${limits[name].unit === "B" ? formatBytes(limits[name].value) : limits[name].value}` : "no limit known";
  const collecting = useMemo(() => sharesOf(series.get("gc.time") ?? NONE), [series]);
  return (
    <div className="panel lanes">
      <div className="lane">
        <div className="k">Heap</div>
        <TideChart tide={tide} summary={summaryOf(tide)} />
        <TideReadout tide={tide} />
      </div>
      <Legend tide={tide} />
      <Lane name="Time collecting" unit="share" lives={collecting} note="of the time" />
      <Lane
        name="Metaspace"
        unit="B"
        lives={lives("metaspace.used")}
        note={limitNote("metaspace")}
        limit={limits.metaspace?.value ?? null}
      />
      <Lane
        name="Direct memory"
        unit="B"
        lives={lives("direct.used")}
        note={limitNote("direct-memory")}
        limit={limits["direct-memory"]?.value ?? null}
      />
      <Lane name="RSS" unit="B" lives={lives("rss")} note={limitNote("native-memory")} limit={limits["native-memory"]?.value ?? null} />
      <Lane name="Threads" unit="1" lives={lives("threads")} note="alive" />
      <Lane name="Descriptors" unit="1" lives={lives("descriptors")} note={limitNote("descriptors")} />
      <Lane name="Classes" unit="1" lives={lives("classes.loaded")} note="loaded" />
    </div>
  );
}

interface Observed extends Props {
  readonly series: ReadonlyMap<Measure, readonly ThinnedLife[]>;
  readonly limit: number | null;
  readonly changes: readonly ChangeSeen[];
  readonly gaps: FlowView["gaps"];
  readonly looking: LookingView | undefined;
}

function tideOf({ processKey, series, limit, changes, gaps, looking, diagnosis }: Observed): Tide {
  const findings = (diagnosis?.findings ?? []).filter(({ process }) => process.key === processKey);
  const causes = new Set(findings.flatMap(({ change, verification }) => [change?.id, verification?.change.id]));
  const end = diagnosis === undefined ? Date.now() : Date.parse(diagnosis.to);
  const live = series.get("heap.live") ?? NONE;
  const line = live.length > 0 ? live : (series.get("heap.after-gc") ?? NONE);
  const projected = findings.find(
    ({ resource, exhaustion, verification }) => resource === "heap" && exhaustion !== null && verification === null,
  );
  const value = valueNear(line, end);
  return {
    surf: series.get("heap.used") ?? NONE,
    tide: line,
    collections: series.get("gc.time") ?? NONE,
    limit,
    projection:
      projected?.exhaustion && value !== null
        ? { at: end, value, low: projected.exhaustion.low * 1000, high: projected.exhaustion.high * 1000 }
        : null,
    flags: changes
      .filter(({ process }) => process === null || process === processKey)
      .map(({ id, at, title, attributes }): Flag => ({
        at,
        text: attributes["commit"] ? `${title} (${attributes["commit"]})` : title,
        isCause: causes.has(id),
      })),
    shades: [
      ...findings.map(({ onset, verification }): Shade => ({
        kind: "incident",
        from: Date.parse(onset.from),
        to: verification ? Date.parse(verification.change.at) : end,
      })),
      ...gaps.map((gap): Shade => ({ kind: "gap", from: gap.from, to: gap.to ?? end })),
    ],
    looks: (looking?.pauses ?? []).map(({ at, pause }) => ({ at, pause })),
  };
}

/** An accumulated time as the share of the time between two looks. */
function sharesOf(lives: readonly ThinnedLife[]): readonly ThinnedLife[] {
  return lives.map(({ incarnation, at, last }) => {
    const share = at.slice(1).map((time, i) => Math.max(0, last[i + 1]! - last[i]!) / Math.max(1, time - at[i]!));
    return { incarnation, at: at.slice(1), min: share, max: share, last: share };
  });
}

/** The chart in words. */
function summaryOf({ tide, limit, flags }: Tide): string {
  const [first, last] = [tide[0]?.last[0], tide.at(-1)?.last.at(-1)];
  const course =
    first === undefined || last === undefined
      ? "no live set is known"
      : `the live set goes from ${formatBytes(first)} to ${formatBytes(last)}`;
  const named = flags.map(({ at, text }) => `${text} at ${formatClock(at)}`).join("; ");
  return `Heap over time: ${course}${limit === null ? "" : `, the limit is ${formatBytes(limit)}`}.${named === "" ? "" : ` Changes: ${named}.`}`;
}

function Legend({ tide }: { readonly tide: Tide }) {
  useSettledWindow();
  return (
    <div className="legend" aria-hidden="true">
      <span>
        <i style={{ borderColor: "var(--tide)" }} /> live set
      </span>
      <span>
        <i style={{ borderColor: "var(--surf)", borderTopWidth: 1 }} /> heap used
      </span>
      {tide.limit !== null && (
        <span>
          <i style={{ borderColor: "var(--leaking)", borderTopWidth: 1 }} /> limit
        </span>
      )}
      {tide.flags.length > 0 && (
        <span>
          <i style={{ borderColor: "var(--change)", borderTopStyle: "dashed", borderTopWidth: 1 }} /> change
        </span>
      )}
      {tide.shades.some(({ kind }) => kind === "incident") && (
        <span>
          <i className="block" style={{ background: "color-mix(in srgb, var(--leaking) 20%, transparent)" }} /> incident
        </span>
      )}
      {tide.shades.some(({ kind }) => kind === "gap") && (
        <span>
          <i className="block" style={{ background: "color-mix(in srgb, var(--growing) 35%, transparent)" }} /> no data
        </span>
      )}
      <span>
        <i className="block" style={{ background: "var(--ink-3)" }} /> collections
      </span>
      {tide.looks.length > 0 && (
        <span>
          <i className="block" style={{ background: "var(--accent)", width: 2 }} /> our own looks
        </span>
      )}
    </div>
  );
}
