export { Capture, type CaptureOptions, EVENTS_TOPIC, readReports, reportsFile } from "./capture.ts";
export type { Event } from "./event.ts";
export { type Feed, type FeedOptions, startFeed, type Written } from "./feed.ts";
export type { CaptureReport } from "./report.ts";
export { lastDue, startSchedule } from "./schedule.ts";
export { Source } from "./source.ts";
export { GOOD_MANNERS, type Manners } from "./web/polite.ts";
