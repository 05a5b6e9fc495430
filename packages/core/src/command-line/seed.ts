import { UsageError } from './errors.ts';

/** The seed of a run that names none: always the same, so that two readers see one incident. */
export const defaultSeed = 1;

/**
 * Reads `--seed`: an integer from 0 to 9,007,199,254,740,991.
 *
 * @throws UsageError for anything else
 */
export function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(seed)) return seed;
  throw new UsageError({
    given: `--seed=${text}`,
    cause: 'a seed is a whole number',
    remedy: `Use one from 0 to ${Number.MAX_SAFE_INTEGER}, e.g. --seed=${defaultSeed}.`,
  });
}
