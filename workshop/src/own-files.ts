import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownFile, type Place, twinFile } from './incidents.ts';

/** Makes the learner's file from the skeleton, if there is none. Whether it was made. */
export function makeOwnFile(place: Place, file = ownFile(place)): boolean {
  if (existsSync(file)) return false;
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(twinFile(place, 'problem'), file);
  return true;
}

/** Whether the learner's file is the skeleton still. */
export const isSkeleton = (place: Place, file = ownFile(place)): boolean =>
  readFileSync(file, 'utf8') === readFileSync(twinFile(place, 'problem'), 'utf8');

/**
 * Puts the skeleton back. What stood there is kept beside it.
 *
 * @returns the copy of what stood there; undefined where nothing did, or nothing else
 */
export function resetOwnFile(place: Place, file = ownFile(place)): string | undefined {
  if (!existsSync(file)) {
    makeOwnFile(place, file);
    return undefined;
  }
  if (isSkeleton(place, file)) return undefined;
  const copy = freeCopy(place, file);
  renameSync(file, copy);
  copyFileSync(twinFile(place, 'problem'), file);
  return copy;
}

/** A name of a copy beside a learner's file: no editor and no check takes it for code. */
export const copyName = ({ exercise }: Place, number: number): string =>
  `${exercise}.kept-${number}.txt`;

/** So many copies can be kept beside a file. */
export const mostCopies = 1_000;

/** The first name of a copy that is free. @throws Error when none is */
function freeCopy(place: Place, file: string): string {
  for (let number = 1; number <= mostCopies; number += 1) {
    const copy = join(dirname(file), copyName(place, number));
    if (!existsSync(copy)) return copy;
  }
  throw new Error(
    `Failed to keep ${file}: there are ${mostCopies} copies beside it. Delete some of them.`,
  );
}
