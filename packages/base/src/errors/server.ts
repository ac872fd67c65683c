import { formatBytes } from "../units.ts";
import { entry } from "./entry.ts";

/** The server, its collector and its API. */
export const SERVER_ERRORS = {
  PORT_IN_USE: entry<{ host: string; port: number }>(
    (d) => `${d.host}:${d.port} is taken by another program.`,
    (d) => `heaptide serve --port ${d.port + 1}`,
  ),
  CANNOT_LISTEN: entry<{ host: string; port: number; cause: string }>(
    (d) => `Nothing can listen at ${d.host}:${d.port}: ${d.cause}.`,
    () => "heaptide serve --port 7070",
  ),
  PAUSE_TOO_LONG: entry<{ probe: string; predicted: number; longest: number }>(
    (d) =>
      `The ${d.probe} probe would stop the process for about ${Math.round(d.predicted)} ms; no single pause may exceed ${d.longest} ms.`,
    (d) => `Allow it with --longest-pause ${Math.ceil(d.predicted / 500) * 500}ms if the process can bear it.`,
  ),
  HEAP_IS_FULL: entry<{ probe: string; used: number; limit: number }>(
    (d) =>
      `The ${d.probe} probe does not look: ${formatBytes(d.used)} of ${formatBytes(d.limit)} were still in use after a collection, and another full one would stop the process for seconds.`,
    () => "What was seen before is kept: heaptide diagnose tells it. The process needs a restart, or a larger -Xmx.",
  ),
  BUDGET_SPENT: entry<{ pid: number; spent: number; wait: number }>(
    (d) =>
      `Process ${d.pid} has been stopped for ${Math.round(d.spent)} ms in the last minute by being looked at; there is no room for more.`,
    (d) => `Ask again in ${Math.ceil(d.wait / 1000)} s, or allow more: --budget 2%`,
  ),
  PROBING_IS_OFF: entry<{ probe: string }>(
    (d) => `The ${d.probe} probe pauses the process, and pauses are switched off (budget off).`,
    () => "Allow it with --budget 1%",
  ),
  PROBE_FAILED: entry<{ probe: string; cause: string }>(
    (d) => `The ${d.probe} probe failed unexpectedly: ${d.cause}.`,
    () => "Please report it, with the log of the server.",
  ),
  NO_LOCAL_PROCESS: entry<{ process: string; why: string }>(
    (d) => `${d.process} cannot be looked into from here: ${d.why}. Only its REST metrics are seen.`,
    () => "Run Heaptide on the host (or in the container's PID namespace) of the TaskManager: heaptide ps",
  ),
  NO_TARGET: entry<{ options: string }>(
    (d) => `There is nothing to look at: none of ${d.options} was given.`,
    () => "heaptide ps lists the JVMs of this host; a cluster is named by its REST address: --flink http://127.0.0.1:8081",
  ),
  NOTHING_SEEN: entry<{ cause: string }>(
    (d) => `Nothing could be looked at: ${d.cause}.`,
    () => "heaptide doctor",
  ),
  NOT_WATCHED: entry<{ process: string }>(
    (d) => `${d.process} is not being watched at present, so nothing can be switched on or off.`,
    () => "Watch it: heaptide serve --flink http://127.0.0.1:8081, or heaptide serve --pid N",
  ),
  NOT_FOUND: entry<{ what: string }>(
    (d) => `There is no ${d.what}.`,
    () => "GET /api/openapi.json lists what there is.",
  ),
  INVALID_REQUEST: entry<{ problem: string }>(
    (d) => `The request is not valid: ${d.problem}.`,
    () => "GET /api/openapi.json describes every request.",
  ),
  FOREIGN_HOST: entry<{ host: string }>(
    (d) =>
      `Requests for host ${JSON.stringify(d.host)} are refused: this server answers on loopback only, so that no web page can reach it by a name of its own.`,
    () => "Use http://127.0.0.1 or http://localhost with the server's port.",
  ),
  REQUEST_TOO_LARGE: entry<{ limit: number }>(
    (d) => `The request's body is larger than ${d.limit} bytes.`,
    () => "Send less in one request.",
  ),
} as const;
