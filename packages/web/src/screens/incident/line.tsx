import type { AllocationsView, Finding } from "@heaptide/model";
import { Link } from "@tanstack/react-router";
import { useAnswer } from "../../api/queries.ts";
import { packageName, simpleName } from "../../format.ts";
import { CopyButton } from "../../parts/copy.tsx";
import { EditorLink } from "../../parts/editor-link.tsx";

type Frame = AllocationsView["stacks"][number][number];
/** So many frames within and around the culprit's. */
const INNER = 4;
const OUTER = 4;

/** The culprit line in the stack that allocated what is still there. */
export function LinePanel({ finding }: { readonly finding: Finding }) {
  const { line, holder, process, verification } = finding;
  const until = verification === null ? {} : { at: Date.parse(verification.change.at) };
  const { data } = useAnswer<AllocationsView>(line === null ? null : `/processes/${encodeURIComponent(process.key)}/allocations`, {
    from: 0,
    ...until,
  });
  return (
    <section className="panel c7">
      <header>
        <h2>Line</h2>
        {line !== null && (
          <>
            <span className="spring" />
            <span className="no-export row">
              <CopyButton text={`${line.file ?? line.class}:${line.line}`} what="line" />
              <EditorLink line={line} />
            </span>
          </>
        )}
      </header>
      {line === null ? <p className="muted">No line is known yet. {finding.missing[0]?.next}</p> : <Stack finding={finding} view={data} />}
      {holder !== null && (
        <p className="tiny">
          Kept alive by {holder.description}
          {holder.size === null ? "" : `, size ${holder.size}`}.
        </p>
      )}
      {data !== undefined && (
        <p className="tiny no-export">
          <Link to="/allocations" search={{ process: process.key }} className="link">
            All old objects and thread starts
          </Link>
        </p>
      )}
    </section>
  );
}

function Stack({ finding, view }: { readonly finding: Finding; readonly view: AllocationsView | undefined }) {
  const line = finding.line!;
  const isCulprit = (frame: Frame) => frame.class === line.class && frame.line === line.line;
  const chosen = view === undefined ? undefined : mostFrequent(view, isCulprit);
  const at = chosen?.findIndex(isCulprit) ?? 0;
  const frames = chosen?.slice(Math.max(0, at - INNER), at + OUTER + 1) ?? [];
  return (
    <div className="stack-trace" tabIndex={0} role="group" aria-label="Stack, innermost frame first">
      {frames.length === 0 && (
        <FrameRow
          name={`${simpleName(line.class)}.${line.method}`}
          place={`${line.file ?? line.class}:${line.line}`}
          owner="your code"
          isCulprit
        />
      )}
      {frames.map((frame, i) => (
        <FrameRow
          // A stack may hold the same frame twice.
          key={i}
          name={`${simpleName(frame.class)}.${frame.method}`}
          place={isCulprit(frame) ? `${line.file ?? line.class}:${line.line}` : frame.line > 0 ? `:${frame.line}` : ""}
          owner={ownerOf(frame)}
          isCulprit={isCulprit(frame)}
        />
      ))}
      {view !== undefined && chosen !== undefined && <div className="tiny">{countsOf(view, isCulprit)}</div>}
    </div>
  );
}

const FrameRow = ({
  name,
  place,
  owner,
  isCulprit,
}: {
  readonly name: string;
  readonly place: string;
  readonly owner: string;
  readonly isCulprit: boolean;
}) => (
  <div className={isCulprit ? "you" : undefined}>
    <span title={name}>{name}</span>
    <span>{place}</span>
    <span title={owner}>{owner}</span>
  </div>
);

function ownerOf({ class: name, user }: Frame): string {
  if (user) return "your code";
  if (name.startsWith("org.apache.flink.")) return "Flink";
  return /^(java|javax|jdk|sun)\./.test(name) ? "JDK" : packageName(name);
}

function mostFrequent(view: AllocationsView, isCulprit: (frame: Frame) => boolean): readonly Frame[] | undefined {
  const counts = new Map<number, number>();
  for (const { stack } of view.oldObjects) if (view.stacks[stack]?.some(isCulprit)) counts.set(stack, (counts.get(stack) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return best === undefined ? view.stacks.find((stack) => stack.some(isCulprit)) : view.stacks[best];
}

function countsOf({ oldObjects, threadStarts, stacks }: AllocationsView, isCulprit: (frame: Frame) => boolean): string {
  const through = (stack: number) => stacks[stack]?.some(isCulprit) ?? false;
  const direct = oldObjects.filter(({ stack }) => through(stack)).length;
  const threads = threadStarts.filter(({ stack }) => through(stack)).length;
  return `${direct} of ${oldObjects.length} sampled old objects were allocated beneath this line${threads === 0 ? "" : `; ${threads} threads were started beneath it`}`;
}
