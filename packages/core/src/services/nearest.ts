import { closest, distance } from 'fastest-levenshtein';

/** Beyond half of the letters a guess misleads more than it helps. */
const furthestShare = 0.5;

/** `Did you mean "hang"? Use one of hang, error.` The guess is by edits (Levenshtein 1966). */
export function suggest(value: string, valid: readonly string[]): string {
  if (valid.length === 0) return 'There are none.';
  const list = `Use one of ${valid.join(', ')}.`;
  const nearest = closest(value, valid);
  return distance(value, nearest) <= nearest.length * furthestShare
    ? `Did you mean "${nearest}"? ${list}`
    : list;
}
