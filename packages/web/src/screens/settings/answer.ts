import type { ProbeState } from "@heaptide/model";

/** What `GET /probes` answers. */
export interface Probes {
  readonly states: readonly ProbeState[];
  readonly costs: readonly {
    readonly incarnation: string;
    readonly process: string;
    readonly share: number;
    readonly longest: number;
    readonly lastMinute: number;
  }[];
  readonly looks: readonly {
    readonly incarnation: string;
    readonly process: string;
    readonly sampled: number | null;
    readonly counted: number | null;
    readonly recorded: number | null;
  }[];
}
