/** One thing that was looked at. `warn`: Heaptide works, but not in every way; `fail`: it cannot do its work like this. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly says: string;
  /** What to type or do; null where nothing needs to be done. */
  readonly next: string | null;
}

export const ok = (name: string, says: string): Check => ({ name, state: "ok", says, next: null });
export const warn = (name: string, says: string, next: string): Check => ({ name, state: "warn", says, next });
export const fail = (name: string, says: string, next: string): Check => ({ name, state: "fail", says, next });
