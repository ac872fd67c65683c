import { formatBytes } from "@heaptide/base";
import type { RootPath } from "@heaptide/hprof";
import { formatCount } from "../../format.ts";

/** A path of references, from the root on; each object can be looked into. */
export function PathToRoot({
  path,
  isOpen = false,
  onObject,
}: {
  readonly path: RootPath;
  readonly isOpen?: boolean;
  readonly onObject: (address: string) => void;
}) {
  return (
    <details open={isOpen}>
      <summary className="tiny">the path from its root</summary>
      <ol className="path mono">
        <li>{path.root}</li>
        {path.steps.map((step) => (
          <li key={step.address}>
            {step.by && <i>{step.by.kind === "static" ? `static ${step.by.name}` : step.by.name} </i>}
            {step.class}{" "}
            <button
              type="button"
              className="copy"
              onClick={() => onObject(step.address)}
              aria-label={`Look into ${step.class} ${step.address}`}
            >
              {step.address}
            </button>{" "}
            <span className="tiny">
              retains {formatBytes(step.retained)}
              {step.repeated > 1 ? `, ${formatCount(step.repeated)} in a row` : ""}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
