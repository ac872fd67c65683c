import { entry } from "./entry.ts";

/** Alarms on their way out, what others send in, and who may do so. */
export const OPERATIONS_ERRORS = {
  DELIVERY_FAILED: entry<{ channel: string; cause: string }>(
    (d) => `Channel ${d.channel} could not be reached: ${d.cause}. The notification is kept and tried again.`,
    (d) =>
      `Send a test to it: curl -X POST http://127.0.0.1:7070/api/alerts/test -H "content-type: application/json" -d '{"channel":"${d.channel}"}'`,
  ),
  DELIVERY_REFUSED: entry<{ channel: string; status: number }>(
    (d) => `Channel ${d.channel} answered with status ${d.status}.`,
    () => "Check its address and secret in the alerts file, then start again; POST /api/alerts/test sends a test.",
  ),
  TARGET_IS_PRIVATE: entry<{ host: string; address: string }>(
    (d) => `${d.host} leads to ${d.address}, an address of a private network; notifications go there only if that is allowed.`,
    () => "Set `allow-private: true` on that channel in the alerts file if this is meant.",
  ),
  ALERTS_FILE_UNREADABLE: entry<{ file: string; problem: string }>(
    (d) => `The alerts file ${d.file} cannot be used: ${d.problem}.`,
    (d) => `Correct it and start again (docs: GET /api/alerts shows rules and channels): ls -l ${d.file}`,
  ),
  NO_CHANNEL: entry<{ channel: string | null }>(
    (d) => (d.channel === null ? "No channel is configured: alarms are shown, and told to nobody." : `There is no channel ${d.channel}.`),
    () => "Name channels in a file and give it to the server: heaptide serve --alerts alerts.yaml",
  ),
  HISTORY_UNREACHABLE: entry<{ url: string; cause: string }>(
    (d) => `The store of older samples at ${d.url} does not answer as Prometheus does: ${d.cause}.`,
    (d) => `Check the address that --history names: curl http://${d.url}/api/v1/query?query=up`,
  ),
  TOO_BUSY: entry<{ waiting: number }>(
    (d) => `More arrives than can be stored at present (${d.waiting} bytes wait); nothing of this request was taken.`,
    () => "Send it again in a second, as shippers do by themselves.",
  ),
  KUBERNETES_UNREACHABLE: entry<{ url: string; cause: string }>(
    (d) => `The Kubernetes API at ${d.url} cannot be asked: ${d.cause}.`,
    () => "Run Heaptide in a pod with a service account (deploy/kubernetes), or leave --kubernetes away.",
  ),
  KUBERNETES_REFUSED: entry<{ path: string; status: number }>(
    (d) => `The Kubernetes API refuses ${d.path} (status ${d.status}).`,
    () =>
      "Give the service account the role in deploy/kubernetes/account.yaml: kubectl auth can-i list pods --as system:serviceaccount:flink:heaptide -n flink",
  ),
} as const;
