import {
  add,
  distance,
  identity,
  inverse,
  inverseByRowSums,
  type Matrix,
  multiply,
  rowTimes,
  zeros,
} from './dense-matrix.ts';
import type { ShortSolution } from './long-queue.ts';
import type { TwoPhases } from './two-phase.ts';

/**
 * The exact solution of a pool under Poisson arrivals and two-phase service times (M/PH/c/K).
 *
 * The state is how many tasks are in the pool and how many of those in service are in their first
 * phase: a quasi-birth-death process, solved by linear level reduction from its full end (Gaver, Jacobs
 * and Latouche 1984). Costs workers^3 for each queue place at most.
 *
 * @param arrivalsPerMs above 0
 */
export function solveTwoPhasePool(
  arrivalsPerMs: number,
  service: TwoPhases,
  workers: number,
  queueSize: number,
): ShortSolution {
  const chain = new Chain(arrivalsPerMs, service, workers);
  return chain.walk(chain.ratiosBelow(queueSize), queueSize);
}

/**
 * The lower end of the same pool with an endless queue, which needs a utilisation below 1: its first
 * places, without anything refused. It costs the same whatever the utilisation is.
 */
export function solveEndlessTwoPhasePool(
  arrivalsPerMs: number,
  service: TwoPhases,
  workers: number,
  places: number,
): ShortSolution {
  const chain = new Chain(arrivalsPerMs, service, workers);
  return { ...chain.walk(chain.endlessRatio(), places), refused: 0 };
}

/** `ratios(k)` times the row of probabilities with k - 1 waiting is the row with k waiting. */
type Ratios = (waiting: number) => Matrix;

class Chain {
  readonly #rate: number;
  readonly #service: TwoPhases;
  readonly #workers: number;

  constructor(rate: number, service: TwoPhases, workers: number) {
    this.#rate = rate;
    this.#service = service;
    this.#workers = workers;
  }

  ratiosBelow(queueSize: number): Ratios {
    const ratios: Matrix[] = [];
    let settled: Matrix | undefined;
    let above: Matrix | undefined;
    for (let waiting = queueSize; waiting >= 1; waiting -= 1) {
      const isFull = waiting === queueSize;
      const current = this.#ratio(above, isFull);
      ratios[waiting] = current;
      if (above !== undefined && distance(above, current) < 1e-14) {
        settled = current;
        break;
      }
      above = current;
    }
    return (waiting) => ratios[waiting] ?? settled ?? zeros(this.#workers + 1);
  }

  /** The ratio of a level with all workers busy, from that of the level above. */
  #ratio(above: Matrix | undefined, isFull: boolean): Matrix {
    const balance = this.#outOf(isFull ? 0 : this.#rate);
    if (above !== undefined) subtract(balance, this.#timesDown(above));
    return scaled(inverseByRowSums(balance, this.#ends(this.#workers)), this.#rate);
  }

  /**
   * How fast tasks end in each state of a level: also the sums of the rows of its balance, as all that
   * goes up from it comes down to it again.
   */
  #ends(inService: number): Float64Array {
    const { firstPerMs, secondPerMs, continues } = this.#service;
    return Float64Array.from(
      { length: inService + 1 },
      (_, i) => i * firstPerMs * (1 - continues) + (inService - i) * secondPerMs,
    );
  }

  /** The same of an endless queue: logarithmic reduction (Latouche and Ramaswami 1993). */
  endlessRatio(): Ratios {
    const { size } = zeros(this.#workers + 1);
    const out = inverse(this.#outOf(this.#rate));
    let up = scaled(out, this.#rate);
    let down = multiply(out, this.#down());
    let first = down;
    let climb = up;
    for (let step = 0; step < 60; step += 1) {
      const again = inverse(minus(identity(size), add(multiply(up, down), multiply(down, up))));
      up = multiply(again, multiply(up, up));
      down = multiply(again, multiply(down, down));
      const more = multiply(climb, down);
      first = add(first, more);
      climb = multiply(climb, up);
      if (Math.max(...more.cells) < 1e-15) break;
    }
    // `first` is where the level below is entered; from it the ratio of two levels.
    const balance = minus(this.#outOf(this.#rate), scaled(first, this.#rate));
    const ratio = scaled(inverse(balance), this.#rate);
    return () => ratio;
  }

  /** Rates out of the states of a level with all workers busy, the step to phase two inside it. */
  #outOf(arrivals: number): Matrix {
    return this.#outOfLevel(this.#workers, arrivals);
  }

  #outOfLevel(inService: number, arrivals: number): Matrix {
    const { firstPerMs, secondPerMs, continues } = this.#service;
    const size = inService + 1;
    const out = zeros(size);
    for (let i = 0; i < size; i += 1) {
      out.cells[i * size + i] = arrivals + i * firstPerMs + (inService - i) * secondPerMs;
      if (i > 0) out.cells[i * size + i - 1] = -i * firstPerMs * continues;
    }
    return out;
  }

  /** Rates to the level below while others wait: who leaves is followed by who waits. */
  #down(): Matrix {
    const { startsInFirst, firstPerMs, secondPerMs, continues } = this.#service;
    const workers = this.#workers;
    const size = workers + 1;
    const down = zeros(size);
    for (let i = 0; i < size; i += 1) {
      const first = i * firstPerMs * (1 - continues);
      const second = (workers - i) * secondPerMs;
      down.cells[i * size + i] = first * startsInFirst + second * (1 - startsInFirst);
      if (i > 0) down.cells[i * size + i - 1] = first * (1 - startsInFirst);
      if (i < workers) down.cells[i * size + i + 1] = second * startsInFirst;
    }
    return down;
  }

  /** `ratio` times the rates down, which are three diagonals. */
  #timesDown(ratio: Matrix): Matrix {
    const { size, cells } = ratio;
    const down = this.#down().cells;
    const product = zeros(size);
    for (let row = 0; row < size; row += 1) {
      for (let j = 0; j < size; j += 1) {
        let sum = (cells[row * size + j] ?? 0) * (down[j * size + j] ?? 0);
        if (j > 0) sum += (cells[row * size + j - 1] ?? 0) * (down[(j - 1) * size + j] ?? 0);
        if (j < size - 1) sum += (cells[row * size + j + 1] ?? 0) * (down[(j + 1) * size + j] ?? 0);
        product.cells[row * size + j] = sum;
      }
    }
    return product;
  }

  /** From the empty pool up: each level's row of probabilities from the one below. */
  walk(ratios: Ratios, queueSize: number): ShortSolution {
    const steps = this.#stepsBelow(queueSize === 0 ? undefined : ratios(1));
    const masses = new Float64Array(queueSize + 2);
    let row: Float64Array = Float64Array.of(1);
    let free = 0;
    for (let level = 1; level <= this.#workers; level += 1) {
      free += total(row);
      row = steps[level]?.(row) ?? row;
      const size = total(row);
      if (size > 1e100) {
        row = row.map((value) => value / size);
        free /= size;
      }
    }
    masses[0] = free;
    masses[1] = total(row);
    for (let waiting = 1; waiting <= queueSize; waiting += 1) {
      row = rowTimes(row, ratios(waiting));
      const mass = total(row);
      masses[waiting + 1] = mass;
      if (mass < 1e250) continue;
      row = row.map((value) => value / mass);
      for (let index = 0; index <= waiting + 1; index += 1)
        masses[index] = (masses[index] ?? 0) / mass;
    }
    // Who comes while all are busy and k wait is the next in line behind them.
    return { stages: masses.slice(0, queueSize + 1), refused: masses[queueSize + 1] ?? 0 };
  }

  /** How the row of each level up to all workers busy follows from the row below it. */
  #stepsBelow(ratioAbove: Matrix | undefined): ((row: Float64Array) => Float64Array)[] {
    const workers = this.#workers;
    const steps: ((row: Float64Array) => Float64Array)[] = [];
    const balance = this.#outOf(ratioAbove === undefined ? 0 : this.#rate);
    if (ratioAbove !== undefined) subtract(balance, this.#timesDown(ratioAbove));
    let solved = inverseByRowSums(balance, this.#ends(workers));
    for (let level = workers; level >= 1; level -= 1) {
      const from = solved;
      steps[level] = (row) => rowTimes(this.#arrive(row), from);
      if (level === 1) break;
      const below = this.#outOfLevel(level - 1, this.#rate);
      subtract(below, this.#upAndDown(from, level));
      solved = inverseByRowSums(below, this.#ends(level - 1));
    }
    return steps;
  }

  /** An arrival that starts at once: one more in service, in its first or its second phase. */
  #arrive(row: Float64Array): Float64Array {
    const { startsInFirst } = this.#service;
    const next = new Float64Array(row.length + 1);
    for (let i = 0; i < row.length; i += 1) {
      const mass = (row[i] ?? 0) * this.#rate;
      next[i] = (next[i] ?? 0) + mass * (1 - startsInFirst);
      next[i + 1] = (next[i + 1] ?? 0) + mass * startsInFirst;
    }
    return next;
  }

  /** From level - 1 up to level, around there, and back down, with nobody waiting. */
  #upAndDown(solved: Matrix, level: number): Matrix {
    const { startsInFirst, firstPerMs, secondPerMs, continues } = this.#service;
    const upper = solved.size;
    const size = upper - 1;
    const product = zeros(size);
    for (let from = 0; from < size; from += 1) {
      for (let to = 0; to < size; to += 1) {
        const at = (i: number): number =>
          (1 - startsInFirst) * (solved.cells[from * upper + i] ?? 0) +
          startsInFirst * (solved.cells[(from + 1) * upper + i] ?? 0);
        const second = (level - to) * secondPerMs;
        const first = (to + 1) * firstPerMs * (1 - continues);
        product.cells[from * size + to] = this.#rate * (at(to) * second + at(to + 1) * first);
      }
    }
    return product;
  }
}

function total(row: Float64Array): number {
  let sum = 0;
  for (const value of row) sum += value;
  return sum;
}

function scaled({ size, cells }: Matrix, factor: number): Matrix {
  return { size, cells: cells.map((value) => value * factor) };
}

function minus(a: Matrix, b: Matrix): Matrix {
  return add(a, scaled(b, -1));
}

function subtract(from: Matrix, what: Matrix): void {
  for (let index = 0; index < from.cells.length; index += 1) {
    from.cells[index] = (from.cells[index] ?? 0) - (what.cells[index] ?? 0);
  }
}
