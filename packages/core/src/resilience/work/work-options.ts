import { type Backoff, checkBackoff } from '../backoff.ts';
import { checkLimit, checkNumber } from '../option-checks.ts';
import type { Policy, PolicyContext } from '../policy.ts';
import type { WorkRules } from './work-step.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkStore } from './work-store.ts';

/** What an attempt is handed. */
export interface WorkContext extends PolicyContext {
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/** How dead letters are tried again without being asked for. */
export interface WorkReplayOptions {
  /**
   * How often one letter of each key is tried, in milliseconds. When it succeeds, the receiver is
   * back, and all of that key follow.
   */
  readonly everyMs: number;
  /** Letters started per second at most. Default: no limit. */
  readonly ratePerSecond?: number;
  /** Letters in the works at once, on top of `concurrency` and of that per key. Default 1. */
  readonly concurrency?: number;
}

/** What performs the items, how often and how long each is tried (ms), and where they are kept. */
export interface WorkOptions<Payload> {
  /** Where promised work is kept. One process at a time works on it. */
  readonly store: WorkStore<Payload>;
  /**
   * Does the work, or rejects. It may be called again for work that it has done: after a time limit,
   * or when the process ended before the end was noted. The receiver tells by the item's `id`.
   */
  readonly perform: (item: WorkItem<Payload>, context: WorkContext) => unknown;
  /** Longest time for one attempt, in milliseconds, above 0; `Infinity` is no limit. */
  readonly attemptTimeoutMs: number;
  /** Attempts until work is given up, the first included; `Infinity` for what may never be. */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** How old work may get until it is given up, in milliseconds. Default: as old as it takes. */
  readonly maxAgeMs?: number;
  /** Whether the receiver will say the same again, so that trying is of no use. Default: never. */
  readonly isFinal?: (error: unknown) => boolean;
  /**
   * What stands around each attempt and its time limit, such as the breaker of its key. The refusals of
   * a breaker or a rate limit spend no attempt: the key waits.
   */
  readonly policyOf?: (item: WorkItem<Payload>) => Policy;
  /** Attempts at once. Default 16. */
  readonly concurrency?: number;
  /** Attempts at once of one key; with 1, they start in the order of their promises. Default: any. */
  readonly concurrencyPerKey?: number;
  /** Default: dead letters wait until somebody calls `replay`, or work of their key succeeds. */
  readonly replay?: WorkReplayOptions;
  /** Uniform in [0, 1), for the jitter. Default: the global `Math.random` at the time of the draw. */
  readonly random?: () => number;
  /**
   * Ends everything at once, as a crash does: nothing more is started, and nothing written. What was
   * promised is still in the store.
   */
  readonly signal?: AbortSignal;
  /** Called when work was given up. What it throws or rejects with is counted; so with the others. */
  readonly onDead?: (item: WorkItem<Payload>) => unknown;
  /** Called when work is done, and that is noted. */
  readonly onDone?: (item: WorkItem<Payload>) => unknown;
  /** Called for each attempt that failed. */
  readonly onFailure?: (item: WorkItem<Payload>, error: unknown) => unknown;
}

/** The figures of the options, checked. */
export interface ResolvedWorkOptions extends WorkRules {
  readonly concurrency: number;
  readonly concurrencyPerKey: number;
  readonly replayEveryMs: number | undefined;
}

/** @throws RangeError that names the option and the value. */
export function resolveWorkOptions<Payload>(options: WorkOptions<Payload>): ResolvedWorkOptions {
  const { random = () => Math.random(), isFinal = () => false, replay } = options;
  const positive = { min: 0, exclusiveMin: true } as const;
  const whole = { min: 1, integer: true } as const;
  checkLimit('attemptTimeoutMs', options.attemptTimeoutMs, positive);
  checkNumber('replay.concurrency', replay?.concurrency ?? 1, whole);
  checkLimit('replay.ratePerSecond', replay?.ratePerSecond ?? Infinity, positive);
  return {
    maxAttempts: checkLimit('maxAttempts', options.maxAttempts, whole),
    maxAgeMs: checkLimit('maxAgeMs', options.maxAgeMs ?? Infinity, positive),
    backoff: checkBackoff('backoff', options.backoff),
    isFinal,
    random,
    concurrency: checkNumber('concurrency', options.concurrency ?? 16, whole),
    concurrencyPerKey: checkLimit(
      'concurrencyPerKey',
      options.concurrencyPerKey ?? Infinity,
      whole,
    ),
    replayEveryMs:
      replay === undefined ? undefined : checkNumber('replay.everyMs', replay.everyMs, positive),
  };
}
