import type { Scenario } from "../scenario.ts";
import { CACHES } from "./caches.ts";
import { COLLECTIONS } from "./collections.ts";
import { DEPLOYMENTS } from "./deployments.ts";
import { HARMLESS } from "./harmless.ts";
import { LOADERS } from "./loaders.ts";
import { OFF_HEAP } from "./off-heap.ts";
import { STATE } from "./state.ts";
import { THREADS } from "./threads.ts";

/** Every scenario of the lab. */
export const SCENARIOS: readonly Scenario[] = [
  ...COLLECTIONS,
  ...CACHES,
  ...THREADS,
  ...STATE,
  ...OFF_HEAP,
  ...LOADERS,
  ...DEPLOYMENTS,
  ...HARMLESS,
];
