import { sleep } from '../../resilience/index.ts';
import { unavailability } from '../unavailable.ts';

export interface PatienceOptions {
  /** Is told every time that the store does not answer. */
  readonly onUnavailable: (error: unknown) => void;
  /** The wait before the n-th repetition, in milliseconds; `undefined` gives up. */
  readonly delayMs: (repetition: number) => number | undefined;
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal | undefined;
}

/** Asks the store again while it does not answer. Hands every other error on. */
export async function patiently<T>(
  ask: () => Promise<T>,
  { onUnavailable, delayMs, signal }: PatienceOptions,
): Promise<T> {
  for (let repetition = 1; ; repetition += 1) {
    try {
      return await (signal === undefined ? ask() : untilAborted(ask(), signal));
    } catch (error) {
      const waitMs = unavailability(error) === undefined ? undefined : delayMs(repetition);
      if (waitMs === undefined) throw error;
      onUnavailable(error);
      await sleep(waitMs, signal);
    }
  }
}

/** The answer, or the reason of the signal when that comes first. */
async function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
