import { BreakerIsolatedError, BreakerOpenError } from '../errors.ts';
import type { FailureCounter } from './failure-counter.ts';
import type { ProbeRules } from './probe-rules.ts';

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
  /** The failure that opened it. */
  readonly cause: unknown;
}

/** A few calls, the probes, are let through to find out; all others are refused. */
interface HalfOpen {
  readonly name: 'half-open';
  readonly openings: number;
  readonly cause: unknown;
  /** Those under way. */
  readonly probes: Set<Probe>;
  succeeded: number;
  failed: number;
}

/** Calls are refused until everybody who isolated it has let go. */
interface Isolated {
  readonly name: 'isolated';
  holders: number;
}

type CircuitState = Closed | Open | HalfOpen | Isolated;

/** The name of the state that a breaker is in. */
export type BreakerState = CircuitState['name'];

/** A call that probes. */
interface Probe {
  readonly name: 'probe';
  readonly state: HalfOpen;
  /** When it is written off if it has not settled. */
  readonly deadlineMs: number;
}

/** Leave to make one call, given back to `settle` with what came of it. */
export type Permit = Closed | Probe;

/** What a call says of the downstream: nothing, when its caller hung up. */
export type Verdict = 'success' | 'failure' | 'ignored';

/** What all circuits of a set have in common. */
export interface CircuitRules<Key extends string> {
  readonly createCounter: () => FailureCounter;
  /** Length of an open period, by how many there have been in a row, from 1. */
  readonly openMs: (openings: number) => number;
  readonly probing: ProbeRules;
  readonly probeTimeoutMs: number;
  readonly onTransition: (circuit: Circuit<Key>, from: BreakerState) => void;
}

/**
 * The circuit breaker of one key, without calls and without clocks: it is told the time, which never
 * goes back, and time moves it only when it is asked for a permit.
 *
 * It starts closed. When the counter reaches the threshold it opens. The first call after the open
 * period becomes a probe and makes it half-open. When as many probes as the rules ask for have
 * settled, it closes with a fresh count, or opens again for the next and perhaps longer period; it
 * does so earlier when the rest could not change that. A probe that has not settled at its deadline
 * has failed, once another call asks. A probe that is given back without a verdict leaves its place
 * to the next call, and decides nothing.
 *
 * An outcome counts only in the state that permitted its call: a call that started before the breaker
 * opened says nothing about now, however late it fails.
 *
 * From any state it can be isolated; when nobody holds it any more it is closed, with a fresh count.
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
  // oxlint-disable-next-line typescript/consistent-return -- the switch knows every state
  admit(nowMs: number): Permit | undefined {
    const state = this.#state;
    switch (state.name) {
      case 'closed':
        return state;
      case 'open':
        return nowMs < state.retryAtMs ? undefined : this.#probe(this.#halfOpen(state), nowMs);
      case 'half-open':
        return this.#probe(state, nowMs);
      case 'isolated':
        return undefined;
    }
  }

  /** @param evidence What speaks against the downstream, when it does. */
  settle(permit: Permit, verdict: Verdict, nowMs: number, evidence?: unknown): void {
    if (permit.name === 'probe') {
      const { state } = permit;
      if (!state.probes.delete(permit) || state !== this.#state) return;
      if (verdict !== 'ignored') this.#judge(state, verdict, nowMs, evidence);
      return;
    }
    if (permit !== this.#state || verdict === 'ignored') return;
    if (verdict === 'success') permit.counter.recordSuccess(nowMs);
    else if (permit.counter.recordFailure(nowMs)) this.#open(1, nowMs, evidence);
  }

  isolate(): void {
    if (this.#state.name === 'isolated') this.#state.holders += 1;
    else this.#become({ name: 'isolated', holders: 1 });
  }

  /** Ends one isolation. */
  rejoin(): void {
    const state = this.#state;
    if (state.name !== 'isolated') return;
    state.holders -= 1;
    if (state.holders === 0) this.#close();
  }

  /** Why a call is refused now. */
  refusal(nowMs: number): BreakerOpenError | BreakerIsolatedError {
    const state = this.#state;
    if (state.name === 'isolated') return new BreakerIsolatedError(this.key);
    const cause = state.name === 'closed' ? undefined : state.cause;
    return new BreakerOpenError(this.key, this.retryAfterMs(nowMs), cause);
  }

  /** Milliseconds until a probe may pass; see `BreakerOpenError.retryAfterMs`. */
  // oxlint-disable-next-line typescript/consistent-return -- the switch knows every state
  retryAfterMs(nowMs: number): number {
    const state = this.#state;
    switch (state.name) {
      case 'closed':
        return 0;
      case 'open':
        return Math.max(0, state.retryAtMs - nowMs);
      case 'half-open':
        return this.#hasPlace(state) ? 0 : this.#rules.openMs(state.openings);
      case 'isolated':
        return Infinity;
    }
  }

  /** What has been counted while closed; `undefined` in every other state. */
  get counter(): FailureCounter | undefined {
    return this.#state.name === 'closed' ? this.#state.counter : undefined;
  }

  /** How often it has opened in a row, when it has not closed since. */
  get openings(): number {
    const state = this.#state;
    return state.name === 'open' || state.name === 'half-open' ? state.openings : 0;
  }

  /** Opens a circuit that was open in another life. */
  reopen(openings: number, retryAfterMs: number, nowMs: number): void {
    const restMs = Math.min(retryAfterMs, this.#rules.openMs(openings));
    this.#become({ name: 'open', openings, retryAtMs: nowMs + restMs, cause: undefined });
  }

  #probe(state: HalfOpen, nowMs: number): Probe | undefined {
    for (const probe of state.probes) {
      if (nowMs < probe.deadlineMs) break;
      state.probes.delete(probe);
      this.#judge(state, 'failure', nowMs, state.cause);
      if (this.#state !== state) return undefined;
    }
    if (!this.#hasPlace(state)) return undefined;
    const deadlineMs = nowMs + this.#rules.probeTimeoutMs;
    const probe: Probe = { name: 'probe', state, deadlineMs };
    state.probes.add(probe);
    return probe;
  }

  #hasPlace({ probes, succeeded, failed }: HalfOpen): boolean {
    const { calls, concurrency } = this.#rules.probing;
    return probes.size < Math.min(concurrency, calls - succeeded - failed);
  }

  #judge(state: HalfOpen, verdict: 'success' | 'failure', nowMs: number, evidence: unknown): void {
    if (verdict === 'success') state.succeeded += 1;
    else state.failed += 1;
    const { calls, failuresToOpen } = this.#rules.probing;
    if (state.failed >= failuresToOpen) this.#open(state.openings + 1, nowMs, evidence);
    else if (state.succeeded > calls - failuresToOpen) this.#close();
  }

  #halfOpen({ openings, cause }: Open): HalfOpen {
    const state: HalfOpen = {
      name: 'half-open',
      openings,
      cause,
      probes: new Set(),
      succeeded: 0,
      failed: 0,
    };
    this.#become(state);
    return state;
  }

  #close(): void {
    this.#become({ name: 'closed', counter: this.#rules.createCounter() });
  }

  #open(openings: number, nowMs: number, cause: unknown): void {
    const retryAtMs = nowMs + this.#rules.openMs(openings);
    this.#become({ name: 'open', openings, retryAtMs, cause });
  }

  #become(next: CircuitState): void {
    const from = this.#state.name;
    this.#state = next;
    this.#rules.onTransition(this, from);
  }
}
