export type { RetainedNode } from "../analysis/retained-tree.ts";
export { change, compareHeaps, type HeapComparison } from "../compare/compare.ts";
export { forecastMemory, type MemoryForecast } from "./memory.ts";
export { openHeap, type OpenHeap, type OpenHeapOptions } from "./open-heap.ts";
export type { HeapQuestions, Question } from "./questions.ts";
