export { buildIndex } from "./index/build.ts";
