import type { Session } from "@heaptide/store";
import type { Tls } from "./api/listen.ts";
import type { AlertSettings } from "./alerts/settings.ts";
import type { BudgetOptions } from "./collect/budget.ts";
import type { Clock } from "./collect/clock.ts";
import type { Target } from "./collect/collector.ts";

export interface ServeOptions {
  readonly targets: readonly Target[];
  /** Shows what was recorded instead of watching; `dataDirectory` is not touched. */
  readonly session?: SessionToShow;
  /** Folder of the database; null keeps everything in memory. */
  readonly dataDirectory: string | null;
  /** 127.0.0.1 by default. Beyond loopback everybody has to show a token. */
  readonly host?: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Ask for a token on loopback, too: behind a proxy, or where others have accounts on this host. */
  readonly login?: boolean;
  readonly tls?: Tls;
  /** Where people reach the pages, as `https://heaptide.example.org`: links in alarms lead there. By default the address that is bound. */
  readonly publicUrl?: string;
  readonly budget?: BudgetOptions;
  readonly histogramEvery?: number;
  /** What is older is dropped, milliseconds. */
  readonly keep?: number;
  /** Folder of the built pages, served at `/`. */
  readonly pages?: string;
  readonly version?: string;
  /** Channels and rules; without them alarms are shown, and told to nobody. */
  readonly alerts?: AlertSettings;
  /** Samples are sent on there, too. Needs a data folder. */
  readonly remoteWrite?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  /** Address of a store of Prometheus's kind that has older samples. */
  readonly history?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  /** Ends the server as `close()` does. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

export interface SessionToShow {
  readonly session: Session;
  /** So many times as fast as it was recorded, while the server answers already; Infinity: all of it before. */
  readonly speed: number;
  readonly onProgress?: (share: number) => void;
}
