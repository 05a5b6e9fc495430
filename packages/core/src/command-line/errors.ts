import { escaped } from './escaped.ts';

interface UsageOptions {
  /** Option with its value as the user typed it, e.g. `--seed=x`. */
  readonly given: string;
  /** What is wrong with it; follows a colon. */
  readonly cause: string;
  /** What to type instead: a sentence. */
  readonly remedy: string;
}

/**
 * Something on the command line that cannot be run. Shown without a stack, and what would move a
 * cursor written out; the exit code is 2.
 */
export class UsageError extends Error {
  readonly code = 'USAGE';
  readonly given: string;
  readonly remedy: string;

  constructor({ given, cause, remedy }: UsageOptions, options?: ErrorOptions) {
    super(escaped(`Failed to read ${given}: ${cause}. ${remedy}`), options);
    this.name = 'UsageError';
    this.given = given;
    this.remedy = remedy;
  }
}
