import { HeaptideError, millis } from "@heaptide/base";
import { FlinkClient } from "@heaptide/flink";
import { describeJvm, JolokiaClient, readPlatformBeans } from "@heaptide/jvm";
import { DEFAULT_BUDGET, parseShare, type Target } from "@heaptide/server";
import { count, duration, isHttpAddress, type OptionSpec, text } from "./options.ts";

/** What commands that watch have in common: what to look at, and what that may cost. */
export const TARGET_OPTIONS = {
  flink: text("URL", "REST address of a Flink cluster's JobManager: all its JVMs are watched"),
  pid: count("N", "a single JVM, as `heaptide ps` shows it"),
  jolokia: text("URL,...", "addresses of Jolokia agents, for JVMs that are reachable by HTTP alone: measures and class histograms"),
  scrape: text("URL,...", "pages of metrics of Flink's Prometheus reporter or the JMX exporter, one for each process"),
};

const share: OptionSpec<number> = {
  kind: "option",
  placeholder: "share",
  says: "share of the time that a process may stand still for being looked at: 1%, or off",
  initial: DEFAULT_BUDGET.share,
  required: false,
  parse: parseShare,
  expected: "a percentage such as 1% or 0.5%, or off",
};

export const BUDGET_OPTIONS = {
  budget: share,
  longestPause: duration("no look is begun that would probably take longer than this", millis(DEFAULT_BUDGET.longest)),
};

/**
 * The targets that the options name, after a first look at each: what cannot be reached now is said now, not after minutes of watching.
 * @throws NO_TARGET, INVALID_OPTION; FLINK_UNREACHABLE, NOT_FLINK, NO_SUCH_PROCESS, NOT_A_JVM, JOLOKIA_UNREACHABLE, JOLOKIA_REFUSED
 */
export async function targetsOf(wanted: NamedTargets): Promise<Target[]> {
  const targets = wantedTargets(wanted);
  if (wanted.flink !== undefined) await new FlinkClient(wanted.flink).version();
  if (wanted.pid !== undefined) await describeJvm(wanted.pid);
  for (const target of targets) if (target.kind === "jolokia") await readPlatformBeans(new JolokiaClient(target.url));
  return targets;
}

/** The targets that the options name, whether they can be reached at present or not. @throws NO_TARGET, INVALID_OPTION */
export function wantedTargets({ flink, pid, jolokia, scrape }: NamedTargets): Target[] {
  const agents = addressesIn("--jolokia", jolokia);
  const pages = addressesIn("--scrape", scrape);
  if (flink === undefined && pid === undefined && agents.length + pages.length === 0) {
    throw new HeaptideError("NO_TARGET", { options: "--flink, --pid, --jolokia and --scrape" });
  }
  return [
    ...(flink === undefined ? [] : [{ kind: "flink" as const, url: flink }]),
    ...(pid === undefined ? [] : [{ kind: "pid" as const, pid }]),
    ...agents.map((url) => ({ kind: "jolokia" as const, url })),
    ...pages.map((url) => ({ kind: "scrape" as const, url })),
  ];
}

/** As the options of `TARGET_OPTIONS` have them. */
export interface NamedTargets {
  readonly flink?: string | undefined;
  readonly pid?: number | undefined;
  readonly jolokia?: string | undefined;
  readonly scrape?: string | undefined;
}

/** @throws INVALID_OPTION */
function addressesIn(option: string, given: string | undefined): string[] {
  const addresses = given?.split(",").map((address) => address.trim()) ?? [];
  const wrong = addresses.find((address) => !isHttpAddress(address));
  if (wrong === undefined) return addresses;
  throw new HeaptideError("INVALID_OPTION", {
    option,
    value: wrong,
    expected: "an address such as http://127.0.0.1:9249/metrics, several with commas between,",
    source: "the command line",
  });
}
