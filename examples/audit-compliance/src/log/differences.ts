import type { Problem } from './verify-log.ts';

/** An entry as it stands in the file. */
export interface Found {
  readonly line: number;
  /** Leaf hash, in hexadecimal. */
  readonly hash: string;
}

/**
 * What was done to a sealed sequence to make the one that is there. A sealed entry that is gone, with an
 * unknown line in its place, was altered; without one it was removed; an unknown line too many was
 * added; and a known one behind a later one was moved.
 *
 * @param endLine Where entries that are missing at the end would have stood.
 */
export function findDifferences(
  sealed: readonly string[],
  found: readonly Found[],
  endLine: number,
): readonly Problem[] {
  const indexOf = new Map(sealed.map((hash, index) => [hash, index]));
  const isThere = new Set(found.map(({ hash }) => hash));
  const problems: Problem[] = [];
  const seen = new Set<number>();
  /** Entries up to this index are accounted for. */
  let next = 0;
  let unknown: Found[] = [];

  function settleGap(upTo: number, line: number): void {
    for (; next < upTo; next += 1) {
      const hash = sealed[next] ?? '';
      if (isThere.has(hash)) continue;
      const entry = next + 1;
      const instead = unknown.shift();
      problems.push(
        instead === undefined
          ? { kind: 'removed', line, entry, text: `entry ${entry} was removed before line ${line}` }
          : {
              kind: 'altered',
              line: instead.line,
              entry,
              text: `entry ${entry} in line ${instead.line} was altered`,
            },
      );
    }
    for (const { line: added } of unknown) {
      const text = `line ${added} was added: it is no entry of the sealed log`;
      problems.push({ kind: 'added', line: added, text });
    }
    unknown = [];
  }

  for (const { line, hash } of found) {
    const index = indexOf.get(hash);
    if (index === undefined) {
      unknown.push({ line, hash });
    } else if (seen.has(index)) {
      const text = `line ${line} was added: it repeats entry ${index + 1}`;
      problems.push({ kind: 'added', line, entry: index + 1, text });
    } else if (index < next) {
      seen.add(index);
      const text = `entry ${index + 1} was moved to line ${line}, behind entry ${next}`;
      problems.push({ kind: 'reordered', line, entry: index + 1, text });
    } else {
      seen.add(index);
      settleGap(index, line);
      next = index + 1;
    }
  }
  settleGap(sealed.length, endLine);
  return problems;
}
