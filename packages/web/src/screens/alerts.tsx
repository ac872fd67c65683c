import { useAnswer } from "../api/queries.ts";
import { Crumb } from "../parts/page-head.tsx";
import { Empty } from "../parts/states.tsx";

export function Alerts() {
  const { error } = useAnswer<unknown>("/alerts");
  return (
    <>
      <Crumb title="Alerts">
        <b>Alerts</b>
      </Crumb>
      <h1 className="hidden-text">Alerts</h1>
      <div className="panel">
        <Empty title="No alert rule is configured">{error && <p>{error.message}</p>}</Empty>
      </div>
    </>
  );
}
