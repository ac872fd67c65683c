import { formatDuration } from "@heaptide/base";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiFailure, send } from "../api/client.ts";
import { queryClient, useAnswer } from "../api/queries.ts";
import { formatMoment } from "../format.ts";
import { Crumb } from "../parts/page-head.tsx";
import { Command, Empty, Failure, Loading } from "../parts/states.tsx";
import { useAbout } from "../span.ts";

/** What `GET /alerts` answers, as far as it is shown. Durations are milliseconds, times ISO 8601. */
interface Alerts {
  readonly alarms: readonly {
    key: string;
    state: string;
    severity: string;
    title: string;
    text: string;
    since: string;
    silencedBy: string | null;
  }[];
  readonly rules: readonly Rule[];
  readonly silences: readonly {
    id: string;
    from: string;
    to: string;
    matchers: Readonly<Record<string, string>>;
    by: string;
    comment: string;
  }[];
  readonly channels: readonly { name: string; kind: string; target: string }[];
  readonly deliveries: readonly {
    id: string;
    channel: string;
    event: string;
    title: string;
    createdAt: string;
    state: string;
    attempts: number;
    problem: string | null;
  }[];
}
interface Rule {
  readonly id: string;
  readonly name: string;
  readonly when: string;
  readonly enabled: boolean;
  readonly severity: string;
  readonly within: number | null;
  readonly for: number;
  readonly channels: readonly string[] | null;
}

/** Alarms, the rules that raise them, who is told, and what became of each message. */
export function Alerts() {
  const { data, error } = useAnswer<Alerts>("/alerts");
  const now = useAbout()?.now ?? Date.now();
  const [said, act] = useAction();
  return (
    <>
      <Crumb title="Alerts">
        <b>Alerts</b>
      </Crumb>
      <h1 className="hidden-text">Alerts</h1>
      {error?.status === 404 && (
        <div className="panel">
          <Empty title="This server raises no alarms">
            <p>Rules, channels and silences are a part of a server that watches; a recorded session has none.</p>
            <Command line="heaptide serve --flink http://127.0.0.1:8081" />
          </Empty>
        </div>
      )}
      {error && error.status !== 404 && <Failure failure={error} />}
      {data === undefined && !error && <Loading what="the alarms" />}
      {data !== undefined && (
        <div className="stack">
          <p className={said === "" ? "hidden-text" : "panel notice"} role="status">
            {said}
          </p>
          <Alarms alerts={data} now={now} />
          <Rules
            rules={data.rules}
            onSwitch={(rule) =>
              act(`${rule.name}: ${rule.enabled ? "off" : "on"}`, "PATCH", `/alerts/rules/${encodeURIComponent(rule.id)}`, {
                enabled: !rule.enabled,
              })
            }
          />
          <Channels
            alerts={data}
            now={now}
            onTest={(channel) =>
              act((deliveries) => outcomeOf(channel, deliveries as Alerts["deliveries"]), "POST", "/alerts/test", { channel })
            }
          />
          <Silences
            silences={data.silences.filter(({ to }) => Date.parse(to) > now)}
            now={now}
            onEnd={(id) => act("The silence was ended", "DELETE", `/alerts/silences/${encodeURIComponent(id)}`)}
            onAdd={(silence) => act("Silenced", "POST", "/alerts/silences", silence)}
          />
        </div>
      )}
    </>
  );
}

/** What is said when a request was answered. */
type Done = string | ((answer: unknown) => string);

function outcomeOf(channel: string, [delivery]: Alerts["deliveries"]): string {
  if (delivery?.state === "delivered") return `A test message reached ${channel}.`;
  return `The test message did not reach ${channel}${delivery?.problem ? `: ${delivery.problem}` : " yet"}.`;
}

/** Sends, says what became of it, and asks anew for what is shown. */
function useAction(): [string, (done: Done, ...request: Parameters<typeof send>) => void] {
  const [said, setSaid] = useState("");
  const perform = async (done: Done, request: Parameters<typeof send>): Promise<void> => {
    try {
      const answer = await send(...request);
      setSaid(typeof done === "string" ? done : done(answer));
      await queryClient.invalidateQueries();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setSaid(`${error.message} ${error.next}`);
    }
  };
  const act = (done: Done, ...request: Parameters<typeof send>) => void perform(done, request);
  return [said, act];
}

function Panel({
  title,
  columns,
  children,
  empty,
}: {
  readonly title: string;
  readonly columns: readonly string[];
  readonly children: readonly ReactNode[];
  readonly empty: string;
}) {
  return (
    <section className="panel">
      <h2>{title}</h2>
      {children.length === 0 ? (
        <p className="muted">{empty}</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="group" aria-label={title}>
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name}>{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const Alarms = ({ alerts: { alarms }, now }: { readonly alerts: Alerts; readonly now: number }) => (
  <Panel title="Alarms" columns={["state", "alarm", "since", "silenced"]} empty="No alarm at present.">
    {alarms.map(({ key, state, severity, title, text, since, silencedBy }) => (
      <tr key={key}>
        <td>
          <span className={`chip ${state === "firing" ? severity : "unknown"}`}>
            {state}, {severity}
          </span>
        </td>
        <td>
          <b>{title}</b>
          {text !== title && <div className="muted">{text.replace(title, "").trim()}</div>}
        </td>
        <td className="nowrap">{formatMoment(Date.parse(since), now)}</td>
        <td>{silencedBy === null ? "" : "yes"}</td>
      </tr>
    ))}
  </Panel>
);

const Rules = ({ rules, onSwitch }: { readonly rules: readonly Rule[]; readonly onSwitch: (rule: Rule) => void }) => (
  <Panel title="Rules" columns={["rule", "when", "severity", "tells", "state"]} empty="No rule is configured.">
    {rules.map((rule) => (
      <tr key={rule.id}>
        <td>{rule.name}</td>
        <td className="muted">
          {rule.when.replaceAll("-", " ")}
          {rule.within === null ? "" : ` within ${formatDuration(rule.within)}`}
          {rule.for === 0 ? "" : `, for ${formatDuration(rule.for)}`}
        </td>
        <td>
          <span className={`chip ${rule.severity}`}>{rule.severity}</span>
        </td>
        <td className="muted">{rule.channels?.join(", ") ?? "all channels"}</td>
        <td>
          <button
            type="button"
            className="control switch"
            role="switch"
            aria-checked={rule.enabled}
            aria-label={`Rule ${rule.name}`}
            onClick={() => onSwitch(rule)}
          >
            {rule.enabled ? "on" : "off"}
          </button>
        </td>
      </tr>
    ))}
  </Panel>
);

const SHOWN = 20;

function Channels({
  alerts: { channels, deliveries },
  now,
  onTest,
}: {
  readonly alerts: Alerts;
  readonly now: number;
  readonly onTest: (channel: string) => void;
}) {
  return (
    <>
      <Panel
        title="Channels"
        columns={["channel", "kind", "leads to", ""]}
        empty="Nobody is told: no channel is configured. Name some in a file: heaptide serve --alerts alerts.yaml."
      >
        {channels.map(({ name, kind, target }) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="muted">{kind}</td>
            <td className="mono">{target}</td>
            <td>
              <button type="button" className="control" onClick={() => onTest(name)}>
                Send a test
              </button>
            </td>
          </tr>
        ))}
      </Panel>
      <Panel title="Messages" columns={["state", "message", "channel", "at", "problem"]} empty="No message was sent yet.">
        {deliveries.slice(0, SHOWN).map(({ id, state, title, event, channel, createdAt, attempts, problem }) => (
          <tr key={id}>
            <td>
              <span className={`chip ${state === "delivered" ? "healthy" : state === "dead" ? "critical" : "unknown"}`}>{state}</span>
            </td>
            <td>
              {title} <span className="tiny">{event}</span>
            </td>
            <td className="muted">{channel}</td>
            <td className="nowrap muted">{formatMoment(Date.parse(createdAt), now)}</td>
            <td className="muted">{problem === null ? "" : `${problem} (${attempts} attempts)`}</td>
          </tr>
        ))}
      </Panel>
    </>
  );
}

interface NewSilence {
  readonly to: string;
  readonly matchers: Readonly<Record<string, string>>;
  readonly by: string;
  readonly comment: string;
}

const HOUR = 3_600_000;

function Silences({
  silences,
  now,
  onEnd,
  onAdd,
}: {
  readonly silences: Alerts["silences"];
  readonly now: number;
  readonly onEnd: (id: string) => void;
  readonly onAdd: (silence: NewSilence) => void;
}) {
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string): string => {
      const value = given.get(name);
      return typeof value === "string" ? value : "";
    };
    onAdd({
      to: new Date(now + Number(text("hours")) * HOUR).toISOString(),
      matchers: { [text("label")]: text("value") },
      by: "the pages",
      comment: text("comment"),
    });
  };
  return (
    <>
      <Panel title="Silences" columns={["alarms with", "until", "why", ""]} empty="Nothing is silenced.">
        {silences.map(({ id, to, matchers, comment, by }) => (
          <tr key={id}>
            <td className="mono">
              {Object.entries(matchers)
                .map(([name, value]) => `${name}=${value}`)
                .join(", ")}
            </td>
            <td className="nowrap">{formatMoment(Date.parse(to), now)}</td>
            <td className="muted">
              {comment} <span className="tiny">{by}</span>
            </td>
            <td>
              <button type="button" className="control" onClick={() => onEnd(id)}>
                End
              </button>
            </td>
          </tr>
        ))}
      </Panel>
      <form className="panel row" onSubmit={add}>
        <b>Silence</b>
        <input className="control" name="label" defaultValue="process" aria-label="Label" required />
        <input className="control grow" name="value" placeholder="value; * stands for any text" aria-label="Value" required />
        <input className="control" name="hours" type="number" min="1" defaultValue="2" aria-label="Hours" required /> hours
        <input className="control grow" name="comment" placeholder="why" aria-label="Why" />
        <button type="submit" className="control">
          Silence
        </button>
      </form>
    </>
  );
}
