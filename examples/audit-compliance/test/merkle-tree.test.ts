import { RFC9162 as oracle } from '@transmute/rfc9162';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  consistencyProof,
  createGrowingTree,
  emptyRoot,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../src/log/merkle-tree.ts';

const entriesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => Buffer.from(`entry ${index}`));
const leavesOf = (count: number): Buffer[] => entriesOf(count).map((entry) => leafHash(entry));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Vectors of Certificate Transparency (google/certificate-transparency, merkletree tests). */
const vectors = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => leafHash(Buffer.from(text, 'hex')));
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle tree', () => {
  test('has the roots of the published vectors', () => {
    expect(hex(emptyRoot())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    for (const [index, root] of roots.entries()) {
      expect(hex(rootOf(vectors.slice(0, index + 1)))).toBe(root);
    }
  });

  test('agrees with another implementation on roots and proofs', async () => {
    for (const size of [1, 2, 3, 5, 8, 13, 31, 32, 33]) {
      const [entries, leaves] = [entriesOf(size), leavesOf(size)];
      expect(hex(rootOf(leaves))).toBe(hex(await oracle.treeHead(entries)));
      for (const index of [0, size >> 1, size - 1]) {
        const entry = entries[index] ?? Buffer.alloc(0);
        const { inclusion_path: path } = await oracle.inclusionProof(entry, entries);
        expect(inclusionProof(leaves, index).map(hex)).toEqual(path.map(hex));
      }
      for (const older of [1, (size + 1) >> 1]) {
        if (older === size) continue;
        const proof = { log_id: '', tree_size: older, leaf_index: 0, inclusion_path: [] };
        const { consistency_path: path } = await oracle.consistencyProof(proof, entries);
        // It leaves the old root in the path of a power of two, where RFC 9162 gives none (2.1.4.1).
        const isPowerOfTwo = (older & (older - 1)) === 0;
        const expected = isPowerOfTwo ? path.slice(1) : path;
        expect(consistencyProof(leaves, older).map(hex), `${older} of ${size}`).toEqual(
          expected.map(hex),
        );
      }
    }
  });

  test('grows on from its peaks as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(50), (before, more) => {
        const tree = createGrowingTree();
        const leaves = leavesOf(before + more);
        for (const leaf of leaves.slice(0, before)) tree.add(leaf);
        const later = createGrowingTree({ size: before, peaks: tree.peaks() });
        for (const leaf of leaves.slice(before)) later.add(leaf);
        expect(hex(later.root())).toBe(hex(rootOf(leaves)));
        expect(later.size).toBe(before + more);
      }),
    );
  });

  test('refuses peaks that are not those of its size', () => {
    expect(() => createGrowingTree({ size: 3, peaks: [] })).toThrow('peaks must be 2');
  });
});

/** A tree of some size, and one of its leaves. */
const place = fc
  .integer({ min: 1, max: 130 })
  .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));

describe('proofs', () => {
  test('of inclusion hold for every leaf, and for no other leaf, place or tree', () => {
    fc.assert(
      fc.property(place, ([size, index]) => {
        const leaves = leavesOf(size);
        const [leaf, root, proof] = [
          leaves[index] ?? Buffer.alloc(0),
          rootOf(leaves),
          inclusionProof(leaves, index),
        ];
        const claim = { leaf, index, size, proof, root };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: leafHash(Buffer.from('another')) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: leafHash(root) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        const elsewhere = { ...claim, index: (index + 1) % size };
        expect(verifyInclusion(elsewhere)).toBe(size === 1);
        expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(size === 1);
      }),
    );
  });

  test('of consistency hold for every older tree, and for no other past', () => {
    fc.assert(
      fc.property(place, ([size, index]) => {
        const leaves = leavesOf(size);
        const oldSize = index + 1;
        const claim = {
          oldSize,
          newSize: size,
          oldRoot: rootOf(leaves.slice(0, oldSize)),
          newRoot: rootOf(leaves),
          proof: consistencyProof(leaves, oldSize),
        };
        expect(verifyConsistency(claim)).toBe(true);
        const rewritten = leaves.with(index, leafHash(Buffer.from('another')));
        const pretended = rootOf(rewritten.slice(0, oldSize));
        expect(verifyConsistency({ ...claim, oldRoot: pretended })).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: rootOf(rewritten) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...claim.proof, pretended] })).toBe(false);
      }),
    );
  });

  test('of what is not there are refused', () => {
    expect(() => inclusionProof(leavesOf(3), 3)).toThrow('index must be');
    expect(() => consistencyProof(leavesOf(3), 4)).toThrow('size must be');
    expect(() => consistencyProof(leavesOf(3), 0)).toThrow('size must be');
  });
});
