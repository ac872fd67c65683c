export { audit, type AuditResult } from "./audit/audit.ts";
export { Configuration, ConfigurationError, readConfiguration } from "./configuration.ts";
export { type Platform, startPlatform } from "./platform.ts";
