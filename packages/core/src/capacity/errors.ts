/** A load of which no model says what a pool does with it, so that nothing is said. */
export class NoModelError extends RangeError {
  readonly code = 'NO_MODEL';

  /**
   * @param cause what about the load, by options and values
   * @param remedy what to do instead
   */
  constructor(cause: string, remedy: string) {
    super(`Failed to predict a pool: ${cause}. ${remedy}`);
    this.name = 'NoModelError';
  }
}
