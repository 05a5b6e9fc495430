import { backoffDelayMs, checkBackoff } from './backoff.ts';
import { type Admission, type BreakerState, Circuit, type CircuitRules } from './circuit.ts';
import { BreakerOpenError } from './errors.ts';
import { failureCounters, type FailureThreshold } from './failure-counter.ts';
import { notify } from './notify.ts';
import { checkNumber } from './option-checks.ts';
import { neverAborted, type Policy, type PolicyContext } from './policy.ts';

/** Said of a breaker that changed its state. */
export interface BreakerChange<Key extends string = string> {
  readonly key: Key;
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

export interface BreakersOptions<Key extends string = string> {
  readonly failureThreshold: FailureThreshold;
  /**
   * How long a breaker stays open before one call may probe, in milliseconds. With a range, the
   * period doubles each time a probe fails, from `initialMs` up to `maxMs`.
   */
  readonly halfOpenAfterMs: number | { readonly initialMs: number; readonly maxMs: number };
  /**
   * How long a probe may take before it counts as failed, in milliseconds; its caller still gets
   * its result. Default 30,000, longer than a sensible time limit on a call: it is there so that a
   * call without any limit cannot keep its breaker half-open for ever.
   */
  readonly probeTimeoutMs?: number;
  /**
   * How many closed breakers are remembered; the least recently used is forgotten first, with its
   * count. Default 10,000. Breakers that are not closed come on top and are never forgotten.
   */
  readonly maxKeys?: number;
  /**
   * Whether an error speaks against the downstream. Default: every error. An error that does not,
   * such as a declined card, is an answer, and counts as a success.
   */
  readonly isFailure?: (error: unknown) => boolean;
  readonly onChange?: (change: BreakerChange<Key>) => void;
}

/** How many breakers are in each state, of those that are remembered. */
export interface BreakerCounts {
  readonly closed: number;
  readonly open: number;
  readonly halfOpen: number;
}

export interface Breakers<Key extends string = string> {
  /**
   * Calls `fn` unless the breaker of `key` is open, and counts the outcome.
   *
   * @throws BreakerOpenError without calling `fn`: while the breaker is open, and for every call but
   *   the one probe while it is half-open.
   * @throws The signal's reason, without calling `fn`, when it is already aborted.
   */
  readonly execute: <T>(
    key: Key,
    fn: (context: PolicyContext) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ) => Promise<T>;
  /**
   * The state of the breaker of `key`; `closed` for an unknown key. An open breaker whose period is
   * over is `open` until a call comes to probe.
   */
  readonly state: (key: Key) => BreakerState;
  /** Constant time, whatever the number of keys. */
  readonly counts: () => BreakerCounts;
  /** The breaker of `key` as a policy, for a hook. */
  readonly policy: (key: Key) => Policy;
}

/**
 * Makes a set of circuit breakers, one for each key, each made when its key is first called.
 *
 * The state machine (see `Circuit`) is not cockatiel's, whose `CircuitBreakerPolicy` 4.0 keeps the
 * callers that arrive during a probe waiting for its verdict without bound and deaf to their signal,
 * lets calls from before the opening decide in place of the probe, does not say when to come back,
 * and whose `SamplingBreaker` counts failures older than its window when calls are sparse.
 * `cockatiel.test.ts` pins each of these; should it fail after an upgrade, look again.
 *
 * @throws RangeError on an option out of range.
 */
export function createBreakers<Key extends string = string>(
  options: BreakersOptions<Key>,
): Breakers<Key> {
  const { isFailure = () => true, onChange } = options;
  const maxKeys = checkNumber('maxKeys', options.maxKeys ?? 10_000, { min: 1, integer: true });
  /** In order of use, the least recently used first. */
  const closed = new Map<Key, Circuit<Key>>();
  const tripped = new Map<Key, Circuit<Key>>();
  let halfOpen = 0;

  const rules: CircuitRules<Key> = {
    createCounter: failureCounters(options.failureThreshold),
    openMs: openPeriods(options.halfOpenAfterMs),
    probeTimeoutMs: checkNumber('probeTimeoutMs', options.probeTimeoutMs ?? 30_000, {
      min: 0,
      exclusiveMin: true,
    }),
    onTransition(circuit, from) {
      const { key, state: to } = circuit;
      if (from === 'half-open') halfOpen -= 1;
      if (to === 'half-open') halfOpen += 1;
      if (from === 'closed') {
        closed.delete(key);
        tripped.set(key, circuit);
      } else if (to === 'closed') {
        tripped.delete(key);
        remember(circuit);
      }
      notify(onChange, { key, from, to, atMs: Date.now() });
    },
  };

  function remember(circuit: Circuit<Key>): void {
    closed.set(circuit.key, circuit);
    if (closed.size <= maxKeys) return;
    for (const [oldest] of closed) {
      closed.delete(oldest);
      return;
    }
  }

  function circuitOf(key: Key): Circuit<Key> {
    const known = closed.get(key);
    if (known !== undefined) {
      closed.delete(key);
      closed.set(key, known);
      return known;
    }
    const open = tripped.get(key);
    if (open !== undefined) return open;
    const fresh = new Circuit(key, rules);
    remember(fresh);
    return fresh;
  }

  function settle(
    circuit: Circuit<Key>,
    admission: Admission,
    outcome: 'success' | 'failure',
  ): void {
    const { key } = circuit;
    const isForgotten = closed.get(key) !== circuit && tripped.get(key) !== circuit;
    if (!isForgotten) circuit.settle(admission, outcome, performance.now());
  }

  const execute: Breakers<Key>['execute'] = async (key, fn, signal = neverAborted) => {
    signal.throwIfAborted();
    const nowMs = performance.now();
    const circuit = circuitOf(key);
    const admission = circuit.admit(nowMs);
    if (admission === undefined) throw new BreakerOpenError(key, circuit.retryAfterMs(nowMs));
    let outcome: 'success' | 'failure' = 'failure';
    try {
      const result = await fn({ signal });
      outcome = 'success';
      return result;
    } catch (error) {
      if (!isFailure(error)) outcome = 'success';
      throw error;
    } finally {
      settle(circuit, admission, outcome);
    }
  };

  return {
    execute,
    state: (key) => tripped.get(key)?.state ?? 'closed',
    counts: () => ({ closed: closed.size, open: tripped.size - halfOpen, halfOpen }),
    policy: (key) => ({ execute: (fn, signal) => execute(key, fn, signal) }),
  };
}

function openPeriods(
  halfOpenAfterMs: BreakersOptions['halfOpenAfterMs'],
): (openings: number) => number {
  if (typeof halfOpenAfterMs === 'number') {
    checkNumber('halfOpenAfterMs', halfOpenAfterMs, { min: 0, exclusiveMin: true });
    return () => halfOpenAfterMs;
  }
  const backoff = checkBackoff('halfOpenAfterMs', {
    ...halfOpenAfterMs,
    factor: 2,
    jitter: 'none',
  });
  return (openings) => backoffDelayMs(backoff, openings, Math.random);
}
