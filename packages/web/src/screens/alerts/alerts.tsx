import { useState } from "react";
import { ApiFailure, send } from "../../api/client.ts";
import { queryClient, useAnswer } from "../../api/queries.ts";
import { Crumb } from "../../parts/page-head.tsx";
import { Command, Empty, Failure, Loading } from "../../parts/states.tsx";
import { useAbout } from "../../span.ts";
import type { Alerts as Answer } from "./answer.ts";
import { Channels } from "./channels.tsx";
import { Alarms, Rules } from "./rules.tsx";
import { Silences } from "./silences.tsx";

/** Alarms, the rules that raise them, who is told, and what became of each message. */
export function Alerts() {
  const { data, error } = useAnswer<Answer>("/alerts");
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
          <Alarms alarms={data.alarms} now={now} />
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
              act((deliveries) => outcomeOf(channel, deliveries as Answer["deliveries"]), "POST", "/alerts/test", { channel })
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

function outcomeOf(channel: string, [delivery]: Answer["deliveries"]): string {
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
