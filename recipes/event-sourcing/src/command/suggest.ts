import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was most likely meant: the one with the fewest edits (Levenshtein 1966), if
 * these are at most two fifths of its length.
 */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length * 0.4)))
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** `Did you mean basic? ` or nothing: a guess that is far off misleads more than it helps. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  return guess === undefined ? '' : `Did you mean ${guess}? `;
}
