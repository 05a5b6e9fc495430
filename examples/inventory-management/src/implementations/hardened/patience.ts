import { backoffDelayMs, makeCertain, sleep } from '@firedrill/core/resilience';
import { ServiceError } from '@firedrill/core/services';
import type { Context } from '../../system.ts';

/** What to do when a call does not simply succeed. */
export interface Patience {
  /**
   * Makes the outcome of a call certain. When it is unknown, `ask` finds out whether the call took
   * effect, and the call is repeated only when it did not; it carries a key that makes even a
   * repetition that crosses its answer harmless. A definite failure that may pass is tried again.
   *
   * Rejects when it stays unclear, or fails for good: the caller then has to undo, effect or not.
   */
  certain<T>(call: () => Promise<T>, ask: () => Promise<T | undefined>): Promise<T>;
  /**
   * Repeats an idempotent call until it succeeds. For what may not be given up; with a limit in ms, for what is of
   * no use later.
   */
  persist<T>(call: () => Promise<T>, atMostMs?: number): Promise<T>;
}

/** How often an unknown outcome is asked about, and how often a definite failure is tried again. */
const maxQuestions = 8;
const maxFailures = 3;
const questionBackoff = { initialMs: 50, maxMs: 2_000, factor: 2, jitter: 'full' } as const;

/** What may not be given up may take its time. */
const persistence = { initialMs: 200, maxMs: 10_000, factor: 2, jitter: 'equal' } as const;

/** @param onUnknown Told of each outcome that had to be asked about. */
export function createPatience(
  random: ReturnType<Context['random']>,
  onUnknown: () => void,
): Patience {
  const draw = (): number => random.next();

  return {
    certain(call, ask) {
      return makeCertain(call, {
        ask() {
          onUnknown();
          return ask();
        },
        backoff: questionBackoff,
        random: draw,
        maxAttempts: maxQuestions,
        maxFailures,
        isFinal,
      });
    },

    async persist(call, atMostMs = Infinity) {
      const untilMs = Date.now() + atMostMs;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await call();
        } catch (error) {
          if (Date.now() >= untilMs) throw error;
          await sleep(backoffDelayMs(persistence, attempt, draw));
        }
      }
    },
  };
}

/** Whether the service will say the same again. */
function isFinal(error: unknown): boolean {
  return error instanceof ServiceError && error.status < 500 && error.status !== 429;
}
