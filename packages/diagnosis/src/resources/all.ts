import type { Life } from "../life.ts";
import { classLoaders } from "./class-loaders.ts";
import { heap } from "./heap.ts";
import { directMemory, mappedMemory, nativeMemory } from "./off-heap.ts";
import { keyedState } from "./keyed-state.ts";
import { descriptors, threads } from "./operating-system.ts";
import type { Watched } from "./watched.ts";

/** A new resource is one file and one line here. Metaspace is not among them: it rises in every job and proves nothing alone. */
const RESOURCES: readonly ((life: Life) => Watched | null)[] = [
  heap,
  classLoaders,
  threads,
  descriptors,
  directMemory,
  mappedMemory,
  nativeMemory,
  keyedState,
];

/** Every resource of the life that was measured. */
export function watchedResources(life: Life): Watched[] {
  return RESOURCES.flatMap((resourceOf) => resourceOf(life) ?? []);
}
