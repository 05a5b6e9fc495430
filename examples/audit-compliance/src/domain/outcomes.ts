/** What a review of an emergency access comes to. */
export type Outcome = 'justified' | 'unjustified';

/** For so long nobody breaks the glass whose emergency was none, in ms: weeks in a real clinic. */
export const suspendedMs = 120_000;
