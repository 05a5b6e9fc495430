/** Something on the command line that cannot be run. Shown as one line, without a stack. */
export class UsageError extends Error {
  readonly code = 'USAGE';

  /**
   * @param given what was typed, e.g. `--workers=x`
   * @param cause what is wrong with it; follows a colon
   * @param remedy what to type instead: a sentence
   */
  constructor(given: string, cause: string, remedy: string) {
    super(`Failed to read ${given}: ${cause}. ${remedy}`);
    this.name = 'UsageError';
  }
}
