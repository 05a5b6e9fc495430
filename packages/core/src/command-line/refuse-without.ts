import { UsageError } from './errors.ts';

/**
 * Nothing that was typed is ignored without a word.
 *
 * @param flags by name: those that mean nothing without `needed`; undefined if not given
 * @throws UsageError for the first that was given
 */
export function refuseWithout(needed: string, flags: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    throw new UsageError({
      given: `--${name}`,
      cause: `it says nothing without ${needed}`,
      remedy: `Add ${needed}, or leave it out.`,
    });
  }
}
