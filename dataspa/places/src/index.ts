export { API_VERSION, type PlacesOptions, type PlacesServer, startPlaces } from "./server.ts";
export type { Trouble } from "./trouble.ts";
