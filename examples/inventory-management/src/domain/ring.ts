import { hash } from './hash.ts';

/**
 * A consistent hash (Karger et al. 1997): each node has many points on a ring, and a key belongs to
 * the node of the first point after its own. When a node comes or goes, only the keys between its
 * points move; a hash modulo the number of nodes would move nearly all.
 */
export interface Ring<Node extends string = string> {
  /** The node of a key. */
  nodeOf(key: string): Node;
  /** All nodes, in the order in which a key would fall to them. */
  nodesFrom(key: string): readonly Node[];
}

/** Points of each node: with 64 the largest of four nodes has about a tenth more than its share. */
export const pointsPerNode = 64;

/** @throws RangeError when there is no node. */
export function createRing<Node extends string>(nodes: readonly Node[]): Ring<Node> {
  const first = nodes[0];
  if (first === undefined) throw new RangeError('Failed to make a ring: nodes is empty.');
  const points = nodes
    .flatMap((node) =>
      Array.from({ length: pointsPerNode }, (_, point) => ({ node, at: hash(`${node}/${point}`) })),
    )
    // Two points at one place: the name decides, so that the order of the nodes never does.
    .toSorted((a, b) => a.at - b.at || (a.node < b.node ? -1 : 1));

  /** Index of the first point at or after the place of the key; the ring has no end. */
  function indexOf(key: string): number {
    const at = hash(key);
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((points[middle]?.at ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low % points.length;
  }

  return {
    nodeOf: (key) => points[indexOf(key)]?.node ?? first,
    nodesFrom(key) {
      const from = indexOf(key);
      const found = new Set<Node>();
      for (let step = 0; step < points.length && found.size < nodes.length; step += 1) {
        found.add(points[(from + step) % points.length]?.node ?? first);
      }
      return [...found];
    },
  };
}
