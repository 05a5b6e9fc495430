/** What is wrong with a learner's file. */
export interface Problem {
  readonly text: string;
  /** Of that file, counted from 1; missing where it is no single one. */
  readonly line?: number;
}

/**
 * The line of a place such as `/home/ada/workshop/payment-processing/2-freeze.ts:31`, when it lies in the
 * file with that end; else undefined.
 */
export function lineIn(place: string | undefined, file: string): number | undefined {
  const at = place?.lastIndexOf(':') ?? -1;
  return place !== undefined && place.slice(0, at).endsWith(file)
    ? Number(place.slice(at + 1))
    : undefined;
}

/** A problem, with its line where there is one. */
export const problemAt = (text: string, line: number | undefined): Problem => ({
  text,
  ...(line !== undefined && { line }),
});

/** `2-freeze.ts:31 `, or nothing. */
export const shortPlace = (place: string | undefined): string =>
  place === undefined ? '' : `${place.replace(/^.*[/\\]/, '')} `;
