import { useMemo, useState } from "react";
import { CopyButton } from "../parts/copy.tsx";
import { boxesOf, type FlameBox, type FlameNode } from "./flame.ts";

const ROW = 24;
const NARROW = 0.08;
const LEAST = 1 / 900;

interface Props {
  readonly root: FlameNode;
  readonly format: (weight: number) => string;
  readonly label: string;
}

/** Boxes from the outermost frame down; a click makes one the whole width, the path above it stays. Every box is a button. */
export function FlameGraph({ root, format, label }: Props) {
  const [path, setPath] = useState<readonly FlameNode[]>([]);
  const [shown, setShown] = useState<FlameNode | null>(null);
  const focus = path.at(-1) ?? root;
  const boxes = useMemo(() => boxesOf(focus, LEAST), [focus]);
  const depth = boxes.reduce((most, box) => Math.max(most, box.depth), 0) + 1;
  const told = shown ?? focus;
  return (
    <div className="flame" onPointerLeave={() => setShown(null)}>
      <div className="row flame-told">
        <button type="button" className="control" disabled={path.length === 0} onClick={() => setPath([])}>
          All
        </button>
        <code>{told.detail}</code>
        <span className="tiny">
          {format(told.weight)}, {((told.weight / root.weight) * 100).toFixed(1)} %
        </span>
        <CopyButton text={told.detail} what="frame" />
      </div>
      <div className="flame-boxes" style={{ height: depth * ROW }} role="group" aria-label={label}>
        {boxes.map((box) => (
          <Box
            key={`${box.depth} ${box.left} ${box.node.detail}`}
            box={box}
            format={format}
            onShow={() => setShown(box.node)}
            onChoose={() => setPath(box.node === focus ? path.slice(0, -1) : [...path, box.node])}
          />
        ))}
      </div>
    </div>
  );
}

interface BoxProps {
  readonly box: FlameBox;
  readonly format: Props["format"];
  readonly onShow: () => void;
  readonly onChoose: () => void;
}

/** A box too narrow to be hit, or to be read, is a picture of itself: by keyboard one comes to it through the box that it lies in. */
function Box({ box: { node, depth, left, width }, format, onShow, onChoose }: BoxProps) {
  const common = {
    className: `flame-box ${node.isUser ? "user" : ""} tone-${toneOf(node.name)}`,
    style: { left: `${left * 100}%`, width: `${width * 100}%`, top: depth * ROW, height: ROW },
    title: `${node.detail}\n${format(node.weight)}`,
    onPointerEnter: onShow,
    onClick: onChoose,
  };
  return width < NARROW ? (
    <div {...common} />
  ) : (
    <button type="button" {...common} onFocus={onShow}>
      {node.name}
    </button>
  );
}

/** Three shades by package, so that neighbours are told apart. */
function toneOf(name: string): number {
  let hash = 0;
  for (const letter of name.slice(0, 12)) hash = (hash * 31 + letter.codePointAt(0)!) | 0;
  return Math.abs(hash) % 3;
}
