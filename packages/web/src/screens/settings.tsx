import { formatBytes, formatDuration } from "@heaptide/base";
import type { Diagnosis, ProbeState } from "@heaptide/model";
import { useState } from "react";
import { useAnswer } from "../api/queries.ts";
import { formatAgo, formatCount, formatMoment, formatPercent } from "../format.ts";
import { Crumb } from "../parts/page-head.tsx";
import { Failure, Loading } from "../parts/states.tsx";
import { readPreference, writePreference } from "../preferences.ts";
import { useAbout } from "../span.ts";
import { type Theme, useTheme } from "../theme.ts";

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
interface Probes {
  readonly states: readonly ProbeState[];
  readonly costs: readonly {
    readonly incarnation: string;
    readonly process: string;
    readonly share: number;
    readonly longest: number;
    readonly lastMinute: number;
  }[];
  readonly looks: readonly {
    readonly incarnation: string;
    readonly process: string;
    readonly sampled: number | null;
    readonly counted: number | null;
    readonly recorded: number | null;
  }[];
}

/** What is looked at, what that costs, what is kept; and the choices of this browser. */
export function Settings() {
  const about = useAbout();
  const health = useAnswer<Health>("/health");
  const { data: probes } = useAnswer<Probes>("/probes");
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  if (health.error) return <Failure failure={health.error} />;
  if (health.data === undefined || about === undefined) return <Loading what="the settings" />;
  const { store, uptime, status, blindProbes } = health.data;
  return (
    <>
      <Crumb title="Settings">
        <b>Settings</b>
      </Crumb>
      <h1 className="hidden-text">Settings</h1>
      <div className="grid">
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
        <section className="panel c12">
          <h2>What is recorded</h2>
          <Recorded looks={probes?.looks ?? []} now={about.now} />
        </section>
        <section className="panel c12">
          <h2>What looking costs</h2>
          <div className="scroll-x" tabIndex={0} role="group" aria-label="What looking costs">
            <Costs probes={probes} diagnosis={diagnosis} />
          </div>
        </section>
        <section className="panel c12">
          <h2>Probes that could not look</h2>
          <Blind states={probes?.states ?? []} now={about.now} />
        </section>
        <Choices />
      </div>
    </>
  );
}

function Recorded({ looks, now }: { readonly looks: Probes["looks"]; readonly now: number }) {
  if (looks.length === 0) return <p className="muted">Nothing yet: no process is watched.</p>;
  const moment = (at: number | null) => (at === null ? "not yet" : formatAgo(at, now));
  return (
    <div className="scroll-x" tabIndex={0} role="group" aria-label="What is recorded">
      <table>
        <thead>
          <tr>
            <th>process</th>
            <th className="r">counters sampled</th>
            <th className="r">classes counted</th>
            <th className="r">flight recording read</th>
          </tr>
        </thead>
        <tbody>
          {looks.map(({ incarnation, process, sampled, counted, recorded }) => (
            <tr key={incarnation}>
              <td>{process}</td>
              <td className="r">{moment(sampled)}</td>
              <td className="r">{moment(counted)}</td>
              <td className="r">{moment(recorded)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Costs({ probes, diagnosis }: { readonly probes: Probes | undefined; readonly diagnosis: Diagnosis | undefined }) {
  const rows = diagnosis?.cost ?? [];
  if (rows.length === 0) return <p className="muted">Nothing has been paused yet.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>process</th>
          <th className="r">pauses, in all</th>
          <th className="r">longest</th>
          <th className="r">share of the time</th>
          <th className="r">last minute</th>
          <th className="r">budget</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ process, total, longest, span }) => {
          const own = probes?.costs.find((one) => one.process === process);
          const share = span > 0 ? total / span : 0;
          return (
            <tr key={process}>
              <td>{process}</td>
              <td className="r">{formatDuration(total)}</td>
              <td className="r">{formatDuration(longest)}</td>
              <td className="r">{formatPercent(share)}</td>
              <td className="r">{own ? formatDuration(own.lastMinute) : ""}</td>
              <td className="r">
                {own ? (own.share === 0 ? "off" : `${formatPercent(own.share)}, each up to ${formatDuration(own.longest)}`) : ""}
              </td>
              <td>
                {own && own.share > 0 && (
                  <div className="meter">
                    <i style={{ width: `${Math.min(100, (share / own.share) * 100)}%` }} />
                  </div>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Blind({ states, now }: { readonly states: readonly ProbeState[]; readonly now: number }) {
  const blind = states.filter(({ code }) => code !== null);
  if (blind.length === 0) return <p className="muted">All probes see what they look at.</p>;
  return (
    <table>
      <tbody>
        {blind.map(({ probe, incarnation, cause, next, code, at }) => (
          <tr key={`${incarnation} ${probe}`}>
            <td>{probe}</td>
            <td>
              {cause} <span className="muted">{next}</span>
            </td>
            <td className="tiny">{code}</td>
            <td className="tiny nowrap">since {formatMoment(at, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const THEMES: readonly Theme[] = ["system", "light", "dark"];

function Choices() {
  const { theme, setTheme } = useTheme();
  const [editor, setEditor] = useState(() => readPreference("editor"));
  return (
    <section className="panel c12">
      <h2>In this browser</h2>
      <dl className="facts">
        <dt>Colours</dt>
        <dd>
          <span className="segments" role="group" aria-label="Colours">
            {THEMES.map((name) => (
              <button key={name} type="button" className="control" aria-pressed={theme === name} onClick={() => setTheme(name)}>
                {name}
              </button>
            ))}
          </span>
        </dd>
        <dt>
          <label htmlFor="editor">Link that opens a line</label>
        </dt>
        <dd>
          <input
            id="editor"
            className="control mono grow"
            placeholder="vscode://file/home/me/project/src/main/java/{path}:{line}"
            value={editor}
            onChange={(event) => {
              setEditor(event.target.value);
              writePreference("editor", event.target.value);
            }}
          />
          <div className="tiny">
            {"{path}"}, {"{file}"} and {"{line}"} are filled in; empty: no link.
          </div>
        </dd>
      </dl>
    </section>
  );
}
