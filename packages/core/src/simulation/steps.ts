import { real } from './real.ts';

/**
 * Each of eight immediates in one turn costs a sixth of a turn of its own; sixteen would save a twelfth
 * more, and whoever waits for a turn from outside would wait longer.
 */
const stepsPerTurn = 8;

/**
 * Calls the next step of an engine when everything that the last one caused has run: next ticks, promise
 * chains, failures of promises. Node sees to that between two immediates, so that immediates which are
 * queued in advance make several steps out of one turn of the loop. Where something may be under way that
 * needs the turn itself, such as a message to oneself, each step has a turn of its own.
 */
export class Steps {
  readonly #step: () => void;
  readonly #needsTurns: () => boolean;
  /** Immediates that this made. */
  made = 0;
  #isWanted = false;
  #isTurnQueued = false;
  /** Immediates of this turn that have not been called. */
  #left = 0;

  constructor(step: () => void, needsTurns: () => boolean) {
    this.#step = step;
    this.#needsTurns = needsTurns;
  }

  /** Asks for one more step; it may be asked for again when that one has begun. */
  request(): void {
    this.#isWanted = true;
    if (this.#left === 0 || this.#needsTurns()) this.#queueTurn();
  }

  /** Asks for one more step, a full turn of the loop from now. */
  requestTurn(): void {
    this.#isWanted = true;
    this.#queueTurn();
  }

  /** An immediate of the engine's own, in the next turn. */
  queue(callback: () => void): void {
    this.made += 1;
    real.setImmediate(callback);
  }

  #queueTurn(): void {
    if (this.#isTurnQueued) return;
    this.#isTurnQueued = true;
    this.queue(this.#onTurn);
    if (this.#needsTurns()) return;
    for (let i = 1; i < stepsPerTurn; i += 1) this.queue(this.#onSpare);
    this.#left += stepsPerTurn - 1;
  }

  readonly #onTurn = (): void => {
    this.#isTurnQueued = false;
    this.#run();
  };

  readonly #onSpare = (): void => {
    this.#left -= 1;
    if (this.#isTurnQueued || !this.#isWanted) return;
    if (this.#needsTurns()) this.#queueTurn();
    else this.#run();
  };

  #run(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#step();
  }
}
