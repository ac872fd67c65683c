import type { AllocationsView } from "@heaptide/model";
import { useMemo } from "react";
import { formatCount } from "../../format.ts";
import type { FlameNode } from "../../charts/flame.ts";
import { Empty } from "../../parts/states.tsx";
import { holderFlame } from "./views.ts";

/** Levels that are open at first; and so wide a branch is opened further. */
const OPEN = 2;
const MOST_CHILDREN = 40;

/** From the roots to the objects, as a tree that opens. */
export function HolderTree({ view }: { readonly view: AllocationsView }) {
  const root = useMemo(() => holderFlame(view), [view]);
  if (root.weight === 0) return <Empty title="No old object was sampled" />;
  return (
    <ul className="tree">
      {root.children.map((child) => (
        <Branch key={child.detail} node={child} all={root.weight} depth={1} />
      ))}
    </ul>
  );
}

function Branch({ node, all, depth }: { readonly node: FlameNode; readonly all: number; readonly depth: number }) {
  const label = (
    <>
      <span className={node.isUser ? "mono leaf" : "mono"} title={node.detail}>
        {node.name}
      </span>{" "}
      <span className="tiny">
        {formatCount(node.weight)} · {((node.weight / all) * 100).toFixed(0)} %
      </span>
    </>
  );
  if (node.children.length === 0) return <li>{label}</li>;
  return (
    <li>
      <details open={depth <= OPEN || node.weight > all / 2}>
        <summary>{label}</summary>
        <ul>
          {node.children.slice(0, MOST_CHILDREN).map((child) => (
            <Branch key={child.detail} node={child} all={all} depth={depth + 1} />
          ))}
        </ul>
      </details>
    </li>
  );
}
