export * from "./alert.ts";
export * from "./finding.ts";
export * from "./history.ts";
export * from "./identity.ts";
export * from "./incident.ts";
export * from "./measure.ts";
export * from "./observation.ts";
export * from "./view.ts";
