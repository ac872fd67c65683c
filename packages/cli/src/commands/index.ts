import type { CommandEntry } from "../command.ts";

/** Every command, in the order of `heaptide --help`. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: "doctor", summary: "what Heaptide can see from here, and what is missing", load: () => import("./doctor.ts") },
];
