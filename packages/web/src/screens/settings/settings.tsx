import { formatBytes, formatDuration } from "@heaptide/base";
import type { About, Diagnosis } from "@heaptide/model";
import { useAnswer } from "../../api/queries.ts";
import { formatCount, formatMoment } from "../../format.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { Failure, Loading } from "../../parts/states.tsx";
import { useAbout } from "../../span.ts";
import type { Probes } from "./answer.ts";
import { Choices } from "./choices.tsx";
import { Blind, Costs, Recorded } from "./looking.tsx";

interface Health {
  readonly status: "ok" | "degraded";
  readonly uptime: number;
  readonly blindProbes: number;
  readonly store: {
    readonly path: string;
    readonly bufferedRows: number;
    readonly dropped: number;
    readonly size: number | null;
    readonly failure: { readonly message: string; readonly next: string } | null;
    readonly movedAside: { readonly message: string; readonly next: string } | null;
  };
}
/** What is looked at, what that costs, what is kept; and the choices of this browser. */
export function Settings() {
  const about = useAbout();
  const health = useAnswer<Health>("/health");
  const { data: probes } = useAnswer<Probes>("/probes");
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  if (health.error) return <Failure failure={health.error} />;
  if (health.data === undefined || about === undefined) return <Loading what="the settings" />;
  return (
    <>
      <Crumb title="Settings">
        <b>Settings</b>
      </Crumb>
      <h1 className="hidden-text">Settings</h1>
      <div className="grid">
        <LookedAt about={about} health={health.data} />
        <KeptHere store={health.data.store} />
        <Recorded looks={probes?.looks ?? []} now={about.now} />
        <Costs costs={diagnosis?.cost ?? []} budgets={probes?.costs ?? []} />
        <Blind states={probes?.states ?? []} now={about.now} />
        <Choices />
      </div>
    </>
  );
}

const LookedAt = ({ about, health: { status, blindProbes, uptime } }: { readonly about: About; readonly health: Health }) => (
  <section className="panel c6">
    <h2>What is looked at</h2>
    <dl className="facts">
      <dt>Targets</dt>
      <dd>{about.mode === "session" ? "a recorded session" : about.targets.join(", ") || "none yet"}</dd>
      <dt>State</dt>
      <dd>
        <span className={`chip ${status === "ok" ? "healthy" : "growing"}`}>
          {status === "ok" ? "all is seen" : `${blindProbes} ${blindProbes === 1 ? "probe is" : "probes are"} blind`}
        </span>
      </dd>
      <dt>Observed</dt>
      <dd>
        {about.observed === null
          ? "nothing yet"
          : `from ${formatMoment(about.observed.from, about.now)} to ${formatMoment(about.observed.to, about.now)}, ${formatDuration(about.observed.to - about.observed.from)}`}
      </dd>
      <dt>Server</dt>
      <dd>
        Heaptide {about.version}, up for {formatDuration(uptime)}
      </dd>
    </dl>
  </section>
);

const KeptHere = ({ store }: Pick<Health, "store">) => (
  <section className="panel c6">
    <h2>What is kept</h2>
    <dl className="facts">
      <dt>Database</dt>
      <dd className="mono">{store.path === ":memory:" ? "in memory only" : store.path}</dd>
      <dt>Size</dt>
      <dd>{store.size === null ? "–" : formatBytes(store.size)}</dd>
      <dt>Waiting to be written</dt>
      <dd>{formatCount(store.bufferedRows)} rows</dd>
      <dt>Lost</dt>
      <dd>{store.dropped === 0 ? "nothing" : `${formatCount(store.dropped)} observations, for they could not be written in time`}</dd>
    </dl>
    {[store.failure, store.movedAside].map(
      (failure) =>
        failure && (
          <p key={failure.message} role="alert">
            <b className="up">{failure.message}</b> <span className="muted">{failure.next}</span>
          </p>
        ),
    )}
  </section>
);
