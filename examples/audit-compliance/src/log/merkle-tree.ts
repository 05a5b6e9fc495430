import { crypto } from '#crypto';

/**
 * The Merkle tree of RFC 9162, section 2.1 (and of RFC 6962 before it): SHA-256, leaves and nodes
 * hashed with different prefixes, so that no node can pass for a leaf.
 */

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);

const { sha256 } = crypto;

export const leafHash = (entry: Buffer): Buffer => sha256(Buffer.concat([leafPrefix, entry]));
export const nodeHash = (left: Buffer, right: Buffer): Buffer =>
  sha256(Buffer.concat([nodePrefix, left, right]));
export const emptyRoot = (): Buffer => sha256(Buffer.alloc(0));

/** A tree that grows by one leaf at a time, and keeps only the roots of its full subtrees. */
export interface GrowingTree {
  readonly size: number;
  add(leaf: Buffer): void;
  root(): Buffer;
  /** Roots of the full subtrees, from the left: with the size all that is needed to grow on. */
  peaks(): readonly Buffer[];
}

/** A tree that was grown before. */
export interface GrownTree {
  readonly size: number;
  readonly peaks: readonly Buffer[];
}

/**
 * A new tree, or one that grows on. Each leaf costs one hash of its own and one of a node, on average.
 *
 * @throws RangeError when the peaks are not as many as the size has full subtrees.
 */
export function createGrowingTree(grown: GrownTree = { size: 0, peaks: [] }): GrowingTree {
  /** Roots of full subtrees from the left, each with the number of its leaves, a power of two. */
  const peaks = subtreesOf(grown);
  let { size } = grown;
  return {
    get size() {
      return size;
    },
    add(leaf) {
      let peak = { leaves: 1, hash: leaf };
      for (let last = peaks.at(-1); last?.leaves === peak.leaves; last = peaks.at(-1)) {
        peaks.pop();
        peak = { leaves: 2 * peak.leaves, hash: nodeHash(last.hash, peak.hash) };
      }
      peaks.push(peak);
      size += 1;
    },
    peaks: () => peaks.map(({ hash }) => hash),
    root: () =>
      peaks
        .map(({ hash }) => hash)
        .reduceRight<Buffer | undefined>(
          (right, left) => (right === undefined ? left : nodeHash(left, right)),
          undefined,
        ) ?? emptyRoot(),
  };
}

function subtreesOf({
  size,
  peaks,
}: GrownTree): { readonly leaves: number; readonly hash: Buffer }[] {
  const sizes: number[] = [];
  for (let rest = size; rest > 0; rest -= sizes.at(-1) ?? rest) {
    sizes.push(2 ** Math.floor(Math.log2(rest)));
  }
  if (sizes.length !== peaks.length) {
    throw new RangeError(
      `peaks must be ${sizes.length} for a tree of ${size}, got ${peaks.length}.`,
    );
  }
  return peaks.map((hash, index) => ({ hash, leaves: sizes[index] ?? 0 }));
}

/** The root of these leaves, by hash. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const tree = createGrowingTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

/** The largest power of two below `size`, which must be at least 2. */
function split(size: number): number {
  let power = 1;
  while (2 * power < size) power *= 2;
  return power;
}

/**
 * The proof that the leaf at `index` is in the tree of these leaves (RFC 9162, 2.1.3.1).
 *
 * @throws RangeError when there is no such leaf.
 */
export function inclusionProof(leaves: readonly Buffer[], index: number): readonly Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(
      `index must be that of a leaf, from 0 to ${leaves.length - 1}, got ${index}.`,
    );
  }
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return index < middle
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - middle), rootOf(left)];
}

/** Whether a proof shows that this leaf is at `index` of the tree with this root (2.1.3.2). */
export function verifyInclusion(claim: {
  readonly leaf: Buffer;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}): boolean {
  const { leaf, index, size, proof, root } = claim;
  if (!Number.isInteger(index) || index < 0 || index >= size) return false;
  let [node, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/**
 * The proof that the tree of the first `size` leaves is the beginning of that of all (2.1.4.1).
 *
 * @throws RangeError unless `size` is from 1 to the number of leaves.
 */
export function consistencyProof(leaves: readonly Buffer[], size: number): readonly Buffer[] {
  if (!Number.isInteger(size) || size < 1 || size > leaves.length) {
    throw new RangeError(`size must be from 1 to ${leaves.length}, got ${size}.`);
  }
  const subProof = (all: readonly Buffer[], first: number, isWhole: boolean): readonly Buffer[] => {
    if (first === all.length) return isWhole ? [] : [rootOf(all)];
    const middle = split(all.length);
    const [left, right] = [all.slice(0, middle), all.slice(middle)];
    return first <= middle
      ? [...subProof(left, first, isWhole), rootOf(right)]
      : [...subProof(right, first - middle, false), rootOf(left)];
  };
  return subProof(leaves, size, true);
}

/** Whether a proof shows that the tree with `oldRoot` is the beginning of that with `newRoot` (2.1.4.2). */
export function verifyConsistency(claim: {
  readonly oldSize: number;
  readonly oldRoot: Buffer;
  readonly newSize: number;
  readonly newRoot: Buffer;
  readonly proof: readonly Buffer[];
}): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (oldSize < 1 || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot.equals(newRoot);
  const isPowerOfTwo = Number.isInteger(Math.log2(oldSize));
  const [first, ...rest] = isPowerOfTwo ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [oldSize - 1, newSize - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
}

const half = (value: number): number => Math.floor(value / 2);
