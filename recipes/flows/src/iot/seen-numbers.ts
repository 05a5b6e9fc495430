/**
 * Which of the numbers 1, 2, 3, ... were seen. All up to one are kept as that one, and those beyond
 * a gap one by one: as much memory as there are gaps, however long a sensor lives.
 */
export class SeenNumbers {
  #upTo = 0;
  readonly #beyond = new Set<number>();

  has(number: number): boolean {
    return number <= this.#upTo || this.#beyond.has(number);
  }

  add(number: number): void {
    if (this.has(number)) return;
    this.#beyond.add(number);
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
  }

  /** How many are kept one by one. */
  get gaps(): number {
    return this.#beyond.size;
  }
}
