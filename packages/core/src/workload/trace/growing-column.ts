/** A column of doubles that grows by doubling: eight bytes a figure, where an array of rows takes 100. */
export class GrowingColumn {
  #values = new Float64Array(1_024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  toArray(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
