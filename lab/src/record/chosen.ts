import { createHash } from "node:crypto";
import type { Scenario } from "../scenario.ts";

/** The scenario that is recorded anew for a commit: over many commits every one gets its turn, and the same commit gets the same again. */
export function chosenFor(commit: string, among: readonly Scenario[]): Scenario {
  return among[createHash("sha256").update(commit).digest().readUInt32BE() % among.length]!;
}
