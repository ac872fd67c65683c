import type { Scenario } from "../scenario.ts";
import { COLLECTIONS } from "./collections.ts";
import { HARMLESS } from "./harmless.ts";
import { THREADS } from "./threads.ts";

/** Every scenario of the lab. */
export const SCENARIOS: readonly Scenario[] = [...COLLECTIONS, ...THREADS, ...HARMLESS];
