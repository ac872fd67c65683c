import { z } from "zod";

/** What the server knows of an agent: a Heaptide that looks at another host and pushes what it sees. */
export const AgentSeen = z.object({
  name: z.string(),
  version: z.string(),
  /** `silent`: expected and not heard; `left`: it said that it ends. */
  state: z.enum(["heard", "silent", "left"]),
  /** ISO 8601. */
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** Lives that it watches. */
  watching: z.number(),
  /** Orders that it has not followed yet: it hears of them with its next report. */
  orders: z.number(),
  /** Requests that wait on its disk. */
  waiting: z.number(),
  /** Observations that it had to drop because its spool was full. */
  dropped: z.number(),
  /** Its clock minus the server's, milliseconds, as of its last report. */
  clockAhead: z.number(),
});
export type AgentSeen = z.infer<typeof AgentSeen>;
