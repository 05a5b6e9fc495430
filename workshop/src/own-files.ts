import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
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
  const copy = freeName(file);
  renameSync(file, copy);
  copyFileSync(twinFile(place, 'problem'), file);
  return copy;
}

/** `2-freeze.kept-1.txt`, or the next number that is free: no editor and no check takes it for code. */
function freeName(file: string): string {
  for (let number = 1; ; number += 1) {
    const name = file.replace(/\.ts$/, `.kept-${number}.txt`);
    if (!existsSync(name)) return name;
  }
}
