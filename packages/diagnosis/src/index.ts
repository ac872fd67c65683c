export { userCodeOf } from "./attribution/frames.ts";
export { diagnose, diagnoseInParts, type DiagnoseOptions } from "./diagnose.ts";
export { type KnownMessage, knownMessage } from "./known-messages.ts";
