import { formatBytes } from "@heaptide/base";
import type { Finding } from "@heaptide/model";
import { formatClock, formatInterval, formatMoment, formatSlope } from "../../format.ts";

/** The story in two or three sentences: since when, what it does, where it ends. */
export function Subline({ finding, now }: { readonly finding: Finding; readonly now: number }) {
  const { onset, change, slope, exhaustion, limit, verification, process, resource } = finding;
  const commit = change?.attributes["commit"];
  return (
    <p className="sub">
      Since <b>{formatMoment(Date.parse(onset.from), now)}</b>
      {change !== null && (
        <>
          , after <b>{change.title}</b>
          {commit !== undefined && (
            <>
              {" "}
              as <b className="mono">{commit}</b>
            </>
          )}{" "}
          at <b>{formatClock(Date.parse(change.at))}</b>
        </>
      )}
      , the {RESOURCE[resource]} of <b>{process.name}</b> grew by <b>{formatSlope(slope.value, slope.unit)}</b>
      {limit !== null && limit.unit === "B" && <> towards its limit of {formatBytes(limit.value)}</>}.{" "}
      {verification !== null ? (
        verification.statement
      ) : exhaustion !== null ? (
        <>
          If nothing changes it is at its limit in <b>{formatInterval(exhaustion.low, exhaustion.high)}</b>.
        </>
      ) : (
        "When it reaches its limit is not known yet."
      )}
    </p>
  );
}

const RESOURCE: Readonly<Record<Finding["resource"], string>> = {
  heap: "live heap",
  metaspace: "metaspace",
  "direct-memory": "direct memory",
  "native-memory": "native memory",
  threads: "number of threads",
  descriptors: "number of open descriptors",
  "class-loaders": "number of class loaders",
  "managed-memory": "managed memory",
  "keyed-state": "keyed state",
};
