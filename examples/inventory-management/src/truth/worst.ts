/** The highest that something has risen to, for each of several. */
export class Worst {
  readonly #worst = new Map<string, number>();

  /** Whether this is higher than it has ever been there; nothing is lower than 0. */
  rises(where: string, value: number): boolean {
    if (value <= (this.#worst.get(where) ?? 0)) return false;
    this.#worst.set(where, value);
    return true;
  }

  /** Of all of them together. */
  get sum(): number {
    return [...this.#worst.values()].reduce((sum, each) => sum + each, 0);
  }
}
