import { HeaptideError } from "@heaptide/base";
import type { ZodError } from "zod";

type Validated = { success: true } | { success: false; error: ZodError };

/** What a request got wrong, as one sentence with the place. @throws INVALID_REQUEST */
export function refuseInvalid(result: Validated): void {
  if (result.success) return;
  const problem = result.error.issues.map(({ path, message }) => `${path.join(".") || "the body"}: ${message}`).join("; ");
  throw new HeaptideError("INVALID_REQUEST", { problem });
}
