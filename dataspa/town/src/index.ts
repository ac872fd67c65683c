export type { House } from "./programmes.ts";
export { type SiteTrouble, startTown, type Town, type TownOptions } from "./town.ts";
