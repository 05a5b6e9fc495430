import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was most likely meant: the one with the fewest edits (Levenshtein 1966), if
 * these are at most two fifths of its length. More, and the guess misleads more than it helps.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = Infinity;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < bestEdits && edits <= Math.max(1, Math.floor(candidate.length * 0.4))) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** `Did you mean failure? Use one of failure, recovery, scale.` */
export function choose(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  const all = `Use one of ${candidates.join(', ')}.`;
  return guess === undefined ? all : `Did you mean ${guess}? ${all}`;
}
