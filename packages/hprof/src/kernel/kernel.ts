/** What the kernel offers: of both kinds, WebAssembly and plain. */
export { ordinal, rankAddresses } from "./addresses.ts";
export { enterClass } from "./classes.ts";
export { addEdges, coreIndex } from "./edges.ts";
export { linkOne } from "./links.ts";
export { finishLocate, scanConnect, scanHistogram, scanLink, scanLocate } from "./scan.ts";
export { listCore, mapCore, peel } from "./peel.ts";
export { searchBreadth, searchDepth, searchRest } from "./search.ts";
export { findDominators, storeDominators } from "./dominators.ts";
export { expandSizes, largestChildren, listChildren, listFirst, mostRetaining } from "./tree.ts";
export { walkTree } from "./walk.ts";
export { sampleInstances } from "./instances.ts";
