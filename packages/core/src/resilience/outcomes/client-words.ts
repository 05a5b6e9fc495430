import type { FailureOutcome } from './outcome-of.ts';

/** What clients say in words only: `fetch` when it hides the cause, in Node and in browsers; pg. */
const words: ReadonlyMap<string, FailureOutcome> = new Map([
  ['fetch failed', 'unknown'],
  ['terminated', 'unknown'],
  ['network error', 'unknown'],
  ['Failed to fetch', 'unknown'],
  ['Load failed', 'unknown'],
  ['NetworkError when attempting to fetch resource.', 'unknown'],
  ['Connection terminated', 'unknown'],
  ['Connection terminated unexpectedly', 'unknown'],
  ['Query read timeout', 'unknown'],
  ['timeout expired', 'failure'],
  ['timeout exceeded when trying to connect', 'failure'],
  ['Connection terminated due to connection timeout', 'failure'],
]);

export function outcomeOfWords(error: object): FailureOutcome | undefined {
  return error instanceof Error ? words.get(error.message) : undefined;
}
