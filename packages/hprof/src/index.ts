export { buildIndex } from "./index/build.ts";
export { findSuspects } from "./analysis/suspects.ts";
export { holdersOf } from "./analysis/holders.ts";
export { ObjectReader } from "./inspect/object-reader.ts";
