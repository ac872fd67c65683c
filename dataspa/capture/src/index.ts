export type { Event } from "./event.ts";
export { type Feed, type FeedOptions, startFeed, type Written } from "./feed.ts";
