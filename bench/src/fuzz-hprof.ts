import { fuzz } from "./fuzz/fuzz.ts";
import type { Benchmark } from "./report.ts";

/** Heap dumps with flipped bytes, lies about lengths, cuts and pieces that are missing or there twice. */
export const benchmark: Benchmark = (context) => fuzz("hprof", context);
