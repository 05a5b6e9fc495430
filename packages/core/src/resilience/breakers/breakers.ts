import { backoffDelayMs, checkBackoff } from '../backoff.ts';
import { ObserverTally } from '../observer-tally.ts';
import { checkLimit, checkNumber } from '../option-checks.ts';
import { neverAborted, type Policy, type PolicyContext } from '../policy.ts';
import { createSteadyClock } from '../steady-clock.ts';
import {
  type BreakerState,
  Circuit,
  type CircuitRules,
  type Permit,
  type Verdict,
} from './circuit.ts';
import { failureCounters, type FailureThreshold } from './failure-counter.ts';
import { type HalfOpenOptions, probeRules } from './probe-rules.ts';
import { checkSavedBreakers, type SavedBreaker, type SavedBreakers } from './saved-breakers.ts';
import { createJudge, isHungUp, type VerdictOptions } from './verdict.ts';

/** Said of a breaker that changed its state. */
export interface BreakerChange<Key extends string = string> {
  readonly key: Key;
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** When breakers open, probe and close. Figures out of range are a RangeError of `createBreakers`. */
export interface BreakersOptions<Key extends string = string> extends VerdictOptions {
  readonly failureThreshold: FailureThreshold;
  /**
   * How long a breaker stays open before calls may probe, in milliseconds. With a range, the period
   * doubles each time the probes fail, from `initialMs` up to `maxMs`.
   */
  readonly halfOpenAfterMs: number | { readonly initialMs: number; readonly maxMs: number };
  /** What closes a half-open breaker. Default: one probe that succeeds. */
  readonly halfOpen?: HalfOpenOptions;
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
  /** What `save` gave in another process, or earlier. Default: all closed. */
  readonly saved?: SavedBreakers;
  /** What it throws or rejects with is counted in `observerFailures`. */
  readonly onChange?: (change: BreakerChange<Key>) => unknown;
}

/** How many breakers are in each state, of those that are remembered. */
export interface BreakerCounts {
  readonly closed: number;
  readonly open: number;
  readonly halfOpen: number;
  readonly isolated: number;
}

/** Keeps a breaker from letting calls through. `using held = breakers.isolate(key)` ends with its block. */
export interface Isolation extends Disposable {
  /** Ends it; a second time does nothing. */
  release(): void;
}

/** Circuit breakers by key: each counts the outcomes of its own calls. Times are in ms. */
export interface Breakers<Key extends string = string> {
  /**
   * Calls `fn` unless the breaker of `key` is open, and counts the outcome. A call whose caller hangs
   * up counts neither way, and a probe is given back at that moment, whether `fn` listens or not.
   *
   * @throws BreakerOpenError without calling `fn`: while the breaker is open, and for all calls but
   *   the probes while it is half-open.
   * @throws BreakerIsolatedError without calling `fn`, while the breaker is isolated.
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
  /** Calls of `onChange` that threw or rejected. */
  readonly observerFailures: number;
  /** The breaker of `key` as a policy, for `wrap` or a hook. */
  readonly policy: (key: Key) => Policy;
  /**
   * Refuses all calls of `key` until it is released by everybody who isolated it; then the breaker is
   * closed. For maintenance, or to keep a repair from being tested by customers.
   */
  readonly isolate: (key: Key) => Isolation;
  /** The state of all breakers that have any, for `saved`. */
  readonly save: () => SavedBreakers;
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
  const { onChange } = options;
  const maxKeys = checkNumber('maxKeys', options.maxKeys ?? 10_000, { min: 1, integer: true });
  const judge = createJudge(options);
  const observers = new ObserverTally();
  /** In order of use, the least recently used first. */
  const clockMs = createSteadyClock();
  const closed = new Map<Key, Circuit<Key>>();
  const tripped = new Map<Key, Circuit<Key>>();
  /** The one that was used last, which has its place in the order already. */
  let latest: Circuit<Key> | undefined;
  let halfOpen = 0;
  let isolated = 0;
  let isRestoring = false;

  const rules: CircuitRules<Key> = {
    createCounter: failureCounters(options.failureThreshold),
    openMs: openPeriods(options.halfOpenAfterMs),
    probing: probeRules(options.halfOpen),
    probeTimeoutMs: checkLimit('probeTimeoutMs', options.probeTimeoutMs ?? 30_000, {
      min: 0,
      exclusiveMin: true,
    }),
    onTransition(circuit, from) {
      const { key, state: to } = circuit;
      count(from, -1);
      count(to, 1);
      if (from === 'closed') {
        closed.delete(key);
        tripped.set(key, circuit);
      } else if (to === 'closed') {
        tripped.delete(key);
        remember(circuit);
      }
      if (!isRestoring) observers.tell(onChange, { key, from, to, atMs: Date.now() });
    },
  };

  function count(state: BreakerState, change: 1 | -1): void {
    if (state === 'half-open') halfOpen += change;
    if (state === 'isolated') isolated += change;
  }

  function remember(circuit: Circuit<Key>): void {
    closed.set(circuit.key, circuit);
    latest = circuit;
    if (closed.size <= maxKeys) return;
    for (const [oldest] of closed) {
      closed.delete(oldest);
      return;
    }
  }

  function circuitOf(key: Key): Circuit<Key> {
    if (latest !== undefined && latest.key === key && latest.state === 'closed') return latest;
    const known = closed.get(key);
    if (known !== undefined) {
      closed.delete(key);
      closed.set(key, known);
      latest = known;
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
    permit: Permit,
    verdict: Verdict,
    evidence?: unknown,
  ): void {
    const { key } = circuit;
    const isForgotten = closed.get(key) !== circuit && tripped.get(key) !== circuit;
    if (!isForgotten) circuit.settle(permit, verdict, clockMs(), evidence);
  }

  const execute: Breakers<Key>['execute'] = async (key, fn, signal = neverAborted) => {
    signal.throwIfAborted();
    const nowMs = clockMs();
    const circuit = circuitOf(key);
    const permit = circuit.admit(nowMs);
    if (permit === undefined) throw circuit.refusal(nowMs);
    const giveBack = (): void => {
      if (isHungUp(signal)) settle(circuit, permit, 'ignored');
    };
    const isListening = permit.name === 'probe' && signal !== neverAborted;
    if (isListening) signal.addEventListener('abort', giveBack, { once: true });
    let verdict: Verdict = 'failure';
    let evidence: unknown;
    try {
      const result = await fn({ signal });
      evidence = result;
      verdict = judge.result(result, signal);
      return result;
    } catch (error) {
      evidence = error;
      verdict = judge.error(error, signal);
      throw error;
    } finally {
      if (isListening) signal.removeEventListener('abort', giveBack);
      settle(circuit, permit, verdict, evidence);
    }
  };

  function restore(breaker: SavedBreaker, nowMs: number): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of the same type were saved
    const circuit = circuitOf(breaker.key as Key);
    if (breaker.state === 'closed') circuit.counter?.restore(breaker.count, nowMs);
    else circuit.reopen(breaker.openings, Math.max(0, breaker.retryAtMs - Date.now()), nowMs);
  }

  const { saved } = options;
  if (saved !== undefined) {
    isRestoring = true;
    for (const breaker of checkSavedBreakers(saved).breakers) restore(breaker, clockMs());
    isRestoring = false;
  }

  return {
    execute,
    state: (key) => tripped.get(key)?.state ?? 'closed',
    counts: () => ({
      closed: closed.size,
      open: tripped.size - halfOpen - isolated,
      halfOpen,
      isolated,
    }),
    get observerFailures() {
      return observers.failures;
    },
    policy: (key) => ({ execute: (fn, signal) => execute(key, fn, signal) }),
    isolate(key) {
      const circuit = circuitOf(key);
      circuit.isolate();
      let isHeld = true;
      const release = (): void => {
        if (isHeld) circuit.rejoin();
        isHeld = false;
      };
      return { release, [Symbol.dispose]: release };
    },
    save() {
      const nowMs = clockMs();
      const circuits = [...closed.values(), ...tripped.values()];
      return { version: 1, breakers: circuits.flatMap((circuit) => savedOf(circuit, nowMs)) };
    },
  };
}

function savedOf<Key extends string>(
  circuit: Circuit<Key>,
  nowMs: number,
): readonly SavedBreaker[] {
  const { key, state } = circuit;
  if (state === 'isolated') return [];
  if (state === 'closed') {
    const count = circuit.counter?.save(nowMs);
    return count === undefined ? [] : [{ key, state, count }];
  }
  const restMs = state === 'open' ? circuit.retryAfterMs(nowMs) : 0;
  return [{ key, state: 'open', openings: circuit.openings, retryAtMs: Date.now() + restMs }];
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
