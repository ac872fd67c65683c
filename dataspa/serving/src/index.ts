export { type EventQuery, findEvent, findEvents, type ServedEvent } from "./events.ts";
export { type DueNight, expectedListings, findGaps, type Gap, type GapKind } from "./flow/gaps.ts";
export { type FlowNight, missingOf, type PlatformState } from "./flow/night.ts";
export { flowNights, rejections, StateLog, states } from "./flow/query.ts";
export { SinkImport, type SinkFolders } from "./sinks.ts";
export { ServingStore } from "./store.ts";
