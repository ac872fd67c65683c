export { forecastMemory, type MemoryForecast } from "./memory.ts";
export { openHeap, type OpenHeap, type OpenHeapOptions } from "./open-heap.ts";
export type { HeapQuestions, Question } from "./questions.ts";
