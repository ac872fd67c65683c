import { entry } from "./entry.ts";

/** The server, its collector and its API. */
export const SERVER_ERRORS = {
  PORT_IN_USE: entry<{ host: string; port: number }>(
    (d) => `${d.host}:${d.port} is taken by another program.`,
    (d) => `heaptide serve --port ${d.port + 1}`,
  ),
} as const;
