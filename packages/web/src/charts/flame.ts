/** A tree whose nodes have a weight: what a flame graph (from callers to callees) or an icicle (from owners to what they hold) is drawn from. */
export interface FlameNode {
  readonly name: string;
  readonly weight: number;
  readonly isUser: boolean;
  /** What the reader gets to copy. */
  readonly detail: string;
  readonly children: readonly FlameNode[];
}

export interface FlameFrame {
  readonly name: string;
  readonly detail: string;
  readonly isUser: boolean;
}

interface Growing {
  readonly frame: FlameFrame;
  weight: number;
  readonly children: Map<string, Growing>;
}

/** @param paths outermost frame first, each with its weight */
export function flameOf(rootName: string, paths: Iterable<{ readonly frames: readonly FlameFrame[]; readonly weight: number }>): FlameNode {
  const root: Growing = { frame: { name: rootName, detail: rootName, isUser: false }, weight: 0, children: new Map() };
  for (const { frames, weight } of paths) {
    root.weight += weight;
    let node = root;
    for (const frame of frames) {
      let child = node.children.get(frame.detail);
      if (child === undefined) node.children.set(frame.detail, (child = { frame, weight: 0, children: new Map() }));
      child.weight += weight;
      node = child;
    }
  }
  return finished(root);
}

function finished({ frame, weight, children }: Growing): FlameNode {
  return {
    ...frame,
    weight,
    children: [...children.values()].map(finished).sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1)),
  };
}

/** One box of the picture: `left` and `width` are shares of the whole. */
export interface FlameBox {
  readonly node: FlameNode;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
}

/** Boxes narrower than `least` of the whole are left out, and what is on them: there would be nothing to see. */
export function boxesOf(root: FlameNode, least: number): FlameBox[] {
  const boxes: FlameBox[] = [];
  const visit = (node: FlameNode, depth: number, left: number, width: number): void => {
    if (width < least) return;
    boxes.push({ node, depth, left, width });
    let place = left;
    for (const child of node.children) {
      const share = (child.weight / node.weight) * width;
      visit(child, depth + 1, place, share);
      place += share;
    }
  };
  if (root.weight > 0) visit(root, 0, 0, 1);
  return boxes;
}
