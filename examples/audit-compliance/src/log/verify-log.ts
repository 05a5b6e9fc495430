import { createGrowingTree, emptyRoot, leafHash } from './merkle-tree.ts';
import {
  isSealLine,
  leavesOf,
  type Line,
  linesOf,
  parseHeader,
  parseSeal,
  type PublishedRoot,
  type Seal,
  signedText,
} from './log-file.ts';
import { findDifferences, type Found } from './differences.ts';
import { createVerifier } from './signing.ts';

/** Something that is not as it was sealed. */
export interface Problem {
  readonly kind:
    | 'header'
    | 'seal'
    | 'altered'
    | 'removed'
    | 'added'
    | 'reordered'
    | 'end'
    | 'published';
  /** Line of the file, from 1; of what is missing the line before which it stood. */
  readonly line: number;
  /** Entry of the log, from 1, as it was sealed; of what is no entry none. */
  readonly entry?: number | undefined;
  readonly text: string;
}

export interface Verification {
  /** In the order of the lines; none when the log is as it was sealed. */
  readonly problems: readonly Problem[];
  readonly entries: number;
  readonly seals: number;
  /** The last root that was signed. */
  readonly root: PublishedRoot | undefined;
  readonly publicKey: string | undefined;
}

export interface VerifyOptions {
  /** The key that must have signed it. Default: the one in the file, which proves less. */
  readonly publicKey?: string | undefined;
  /** Roots that were published while the log grew. Default: none. */
  readonly published?: readonly PublishedRoot[] | undefined;
}

/**
 * Verifies an exported log against nothing but its seals and a key.
 *
 * The leaf hashes in a seal are proven by its root, and the root by its signature. Then the entries are
 * compared with these hashes one by one, which tells what was done to which of them.
 */
export function verifyLog(file: Buffer, options: VerifyOptions = {}): Verification {
  const { lines, isWhole } = linesOf(file);
  const [first, ...rest] = lines;
  const header = first === undefined ? undefined : parseHeader(first.bytes);
  if (header === undefined) {
    const text = 'line 1 is no header of an audit log, or was altered';
    const problems: Problem[] = [{ kind: 'header', line: 1, text }];
    return { problems, entries: 0, seals: 0, root: undefined, publicKey: undefined };
  }
  const problems: Problem[] = [];
  const { origin } = header;
  const { publicKey = header.publicKey, published = [] } = options;
  if (publicKey !== header.publicKey) {
    const text = `line 1 names the key ${header.publicKey}, and ${publicKey} is expected`;
    problems.push({ kind: 'header', line: 1, text });
  }

  const isSigned = createVerifier(publicKey);
  const tree = createGrowingTree();
  const sealed: string[] = [];
  const found: Found[] = [];
  const roots = new Map([[0, emptyRoot().toString('hex')]]);
  const wanted = new Set(published.map(({ size }) => size));
  let seals = 0;
  /** Seals that are in order but for their signature. */
  const unsigned: Problem[] = [];
  let last: { readonly seal: Seal; readonly line: number } | undefined;
  /** Entries that stand in the file since the last seal. */
  let segment: Found[] = [];

  function take(leaf: string): void {
    sealed.push(leaf);
    tree.add(Buffer.from(leaf, 'hex'));
    if (wanted.has(tree.size)) roots.set(tree.size, tree.root().toString('hex'));
  }

  function closeSegment(line: Line): void {
    const seal = parseSeal(line.bytes);
    const before = sealed.length;
    if (seal === undefined) {
      const text = `line ${line.number} was a seal and was altered`;
      problems.push({ kind: 'seal', line: line.number, text });
      // The entries speak for themselves: the next root will tell whether they are right.
      for (const { hash } of segment) take(hash);
      return;
    }
    const leaves = leavesOf(seal);
    if (seal.size !== before + leaves.length) {
      const text =
        `the seal in line ${line.number} continues after entry ${seal.size - leaves.length}, and the seals before it end at ${before}: ` +
        'a seal was removed, added or moved before it';
      problems.push({ kind: 'seal', line: line.number, text });
      return;
    }
    for (const leaf of leaves) take(leaf);
    seals += 1;
    const root = tree.root().toString('hex');
    if (root !== seal.root) {
      const text = `the seal in line ${line.number}, over entries ${before + 1} to ${seal.size}, does not match its root: it, or one before it, was altered`;
      problems.push({ kind: 'seal', line: line.number, text });
    } else if (!isSigned(signedText({ origin, publicKey }, seal), seal.signature)) {
      const text = `the seal in line ${line.number} is not signed by ${publicKey}`;
      unsigned.push({ kind: 'seal', line: line.number, text });
    }
    last = { seal, line: line.number };
  }

  let isMoved = false;
  for (const line of rest) {
    if (isSealLine(line.bytes)) {
      closeSegment(line);
      segment = [];
      if (last?.line === line.number && last.seal.size !== found.length) isMoved = true;
    } else {
      const entry = { line: line.number, hash: leafHash(line.bytes).toString('hex') };
      segment.push(entry);
      found.push(entry);
    }
  }

  problems.push(...signatureProblems(unsigned, seals));
  // One by one: there may be more of them than arguments fit into a call.
  for (const difference of findDifferences(sealed, found, last?.line ?? lines.length + 1)) {
    problems.push(difference);
  }
  const misplaced =
    isMoved && problems.length === 0 ? rest.find((line) => isSealLine(line.bytes)) : undefined;
  if (misplaced !== undefined) {
    const text = `the seals do not stand where they were written: the first of them is in line ${misplaced.number}`;
    problems.push({ kind: 'reordered', line: misplaced.number, text });
  }
  problems.push(...endProblems(lines, isWhole, last));
  problems.push(...publishedProblems(published, roots, sealed.length, lines.length));
  return {
    problems: problems.toSorted((a, b) => a.line - b.line),
    entries: found.length,
    seals,
    root: last && { size: last.seal.size, root: last.seal.root },
    publicKey,
  };
}

/** A seal that is not signed was altered; when none is, that may as well be the header's doing. */
function signatureProblems(unsigned: readonly Problem[], seals: number): readonly Problem[] {
  if (unsigned.length === 0 || unsigned.length < seals) return unsigned;
  const text =
    'line 1 is not the header that the seals were signed for, or none of them is genuine';
  return [{ kind: 'header', line: 1, text }, ...unsigned.slice(0, 1)];
}

function endProblems(
  lines: readonly Line[],
  isWhole: boolean,
  last: { readonly seal: Seal; readonly line: number } | undefined,
): readonly Problem[] {
  const line = lines.length;
  if (!isWhole) {
    return [
      { kind: 'end', line, text: `line ${line} does not end: the file was cut off or altered` },
    ];
  }
  if (last?.line === line && last.seal.isClosing) return [];
  const text = `the log has no closing seal in its last line, ${line}: its end was removed, or something was added`;
  return [{ kind: 'end', line, text }];
}

function publishedProblems(
  published: readonly PublishedRoot[],
  roots: ReadonlyMap<number, string>,
  size: number,
  lineCount: number,
): readonly Problem[] {
  for (const root of published) {
    if (root.size > size) {
      const text = `a root over ${root.size} entries was published, and the log has ${size}: its end was removed`;
      return [{ kind: 'published', line: lineCount, entry: size + 1, text }];
    }
    if (roots.get(root.size) !== root.root.toLowerCase()) {
      const text =
        root.size === 0
          ? 'a root over 0 entries was published that is not the root of an empty log: it belongs to no log'
          : `the first ${root.size} entries are not those whose root was published: the log was written anew`;
      return [{ kind: 'published', line: 1, text }];
    }
  }
  return [];
}
