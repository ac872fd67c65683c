import { HeaptideError } from "@heaptide/base";

/** @throws PLATFORM_UNSUPPORTED on anything but Linux; `what` begins the sentence. */
export function requireLinux(what: string): void {
  if (process.platform !== "linux") throw new HeaptideError("PLATFORM_UNSUPPORTED", { what, platform: process.platform });
}
