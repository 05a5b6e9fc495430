import type { FailureCounter } from './failure-counter.ts';

/** Calls pass, and their outcomes are counted. */
interface Closed {
  readonly name: 'closed';
  readonly counter: FailureCounter;
}

/** Calls are refused until `retryAtMs`. */
interface Open {
  readonly name: 'open';
  /** How many times it has opened since it was last closed, this time included. */
  readonly openings: number;
  readonly retryAtMs: number;
}

/** One call, the probe, is under way; all others are refused. */
interface HalfOpen {
  readonly name: 'half-open';
  readonly openings: number;
  /** When a probe that has not settled is written off. */
  readonly probeDeadlineMs: number;
}

type CircuitState = Closed | Open | HalfOpen;

export type BreakerState = CircuitState['name'];

/** Leave to make one call, given back to `settle` with its outcome. It is the state that gave it. */
export type Admission = Closed | HalfOpen;

/** What all circuits of a set have in common. */
export interface CircuitRules<Key extends string> {
  readonly createCounter: () => FailureCounter;
  /** Length of an open period, by how many there have been in a row, from 1. */
  readonly openMs: (openings: number) => number;
  readonly probeTimeoutMs: number;
  readonly onTransition: (circuit: Circuit<Key>, from: BreakerState) => void;
}

/**
 * The circuit breaker of one key, without calls and without clocks: it is told the time, which never
 * goes back, and time moves it only when it is asked for admission.
 *
 * It starts closed. When the counter reaches the threshold it opens. The first call after the open
 * period becomes the probe and makes it half-open. A probe that succeeds closes it, with a fresh
 * count. A probe that fails opens it again, for the next and perhaps longer period; so does a probe
 * that has not settled at its deadline, once another call asks.
 *
 * An outcome counts only in the state that admitted its call: a call that started before the breaker
 * opened says nothing about now, however late it fails.
 */
export class Circuit<Key extends string> {
  readonly key: Key;
  readonly #rules: CircuitRules<Key>;
  #state: CircuitState;

  constructor(key: Key, rules: CircuitRules<Key>) {
    this.key = key;
    this.#rules = rules;
    this.#state = { name: 'closed', counter: rules.createCounter() };
  }

  get state(): BreakerState {
    return this.#state.name;
  }

  /** Returns undefined when the call is refused. */
  admit(nowMs: number): Admission | undefined {
    const state = this.#state;
    if (state.name === 'closed') return state;
    if (state.name === 'half-open') {
      if (nowMs >= state.probeDeadlineMs) this.#open(state.openings + 1, nowMs);
      return undefined;
    }
    if (nowMs < state.retryAtMs) return undefined;
    const probe: HalfOpen = {
      name: 'half-open',
      openings: state.openings,
      probeDeadlineMs: nowMs + this.#rules.probeTimeoutMs,
    };
    this.#become(probe);
    return probe;
  }

  settle(admission: Admission, outcome: 'success' | 'failure', nowMs: number): void {
    if (admission !== this.#state) return;
    if (admission.name === 'half-open') {
      if (outcome === 'failure') this.#open(admission.openings + 1, nowMs);
      else this.#become({ name: 'closed', counter: this.#rules.createCounter() });
    } else if (outcome === 'success') {
      admission.counter.recordSuccess(nowMs);
    } else if (admission.counter.recordFailure(nowMs)) {
      this.#open(1, nowMs);
    }
  }

  /** Milliseconds until a probe may pass; see `BreakerOpenError.retryAfterMs`. */
  retryAfterMs(nowMs: number): number {
    const state = this.#state;
    if (state.name === 'closed') return 0;
    if (state.name === 'half-open') return this.#rules.openMs(state.openings);
    return Math.max(0, state.retryAtMs - nowMs);
  }

  #open(openings: number, nowMs: number): void {
    this.#become({ name: 'open', openings, retryAtMs: nowMs + this.#rules.openMs(openings) });
  }

  #become(next: CircuitState): void {
    const from = this.#state.name;
    this.#state = next;
    this.#rules.onTransition(this, from);
  }
}
